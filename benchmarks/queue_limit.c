/* The queue as a hand-written event loop: the limit that any engine could reach.
 *
 * A plain calendar (a binary heap by time) holds the next arrival, the ends of services and the ends
 * of patience. Whoever loses patience stays in the queue, marked, until reached. Nothing else is
 * known of a customer than class, arrival and whether it is gone: no people, no books, no months.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { ARRIVAL = -2, SERVICE_DONE = -1 }; /* any other number is a customer whose patience ends */

typedef struct {
    int64_t arrivals, agents;
    double arrivals_per_minute[2], service_minutes, patience_minutes;
    uint64_t seed;
} Setup;

typedef struct {
    int64_t joined, abandoned;
    double waited;
} Found; /* of a class */

typedef struct {
    double at;
    int64_t what;
} Event;

typedef struct {
    double arrived;
    int rank, gone;
} Customer;

typedef struct {
    int64_t *line, head, tail; /* customers by arrival */
} Queue;

typedef struct {
    const Setup *setup;
    Found *found;
    Customer *customers;
    Queue queues[2];
    Event *events;
    int64_t scheduled, arrived, idle;
    uint64_t random[4];
} Desk;

/* Chance: xoshiro256++ (Blackman & Vigna 2021, doi:10.1145/3460772), seeded by SplitMix64. */

static void seed_random(uint64_t *state, uint64_t seed) {
    for (int word = 0; word < 4; word++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        state[word] = z ^ (z >> 31);
    }
}

static inline uint64_t rotated(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline uint64_t next_random(uint64_t *s) {
    uint64_t result = rotated(s[0] + s[3], 23) + s[0], shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45);
    return result;
}

static inline double uniform(Desk *desk) { /* above 0, at most 1 */
    return (double)((next_random(desk->random) >> 11) + 1) * 0x1p-53;
}

static inline double exponential(Desk *desk, double mean) { return -log(uniform(desk)) * mean; }

/* The calendar. */

static inline void schedule(Desk *desk, double at, int64_t what) {
    Event *heap = desk->events;
    int64_t place = desk->scheduled++;
    while (place > 0 && at < heap[(place - 1) / 2].at) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = (Event){at, what};
}

static inline Event next_event(Desk *desk) {
    Event *heap = desk->events, first = heap[0], last = heap[--desk->scheduled];
    int64_t place = 0, below;
    while ((below = 2 * place + 1) < desk->scheduled) {
        below += below + 1 < desk->scheduled && heap[below + 1].at < heap[below].at;
        if (heap[below].at >= last.at) break;
        heap[place] = heap[below];
        place = below;
    }
    heap[place] = last;
    return first;
}

/* The desk. */

static inline void serve(Desk *desk, double now) {
    schedule(desk, now + exponential(desk, desk->setup->service_minutes), SERVICE_DONE);
}

static inline void schedule_arrival(Desk *desk, double now) {
    const double *rates = desk->setup->arrivals_per_minute;
    if (desk->arrived < desk->setup->arrivals)
        schedule(desk, now + exponential(desk, 1 / (rates[0] + rates[1])), ARRIVAL);
}

static inline void arrive(Desk *desk, double now) {
    const double *rates = desk->setup->arrivals_per_minute;
    int rank = uniform(desk) * (rates[0] + rates[1]) > rates[0];
    int64_t customer = desk->arrived++;
    Queue *queue = &desk->queues[rank];
    desk->found[rank].joined++;
    if (desk->idle > 0) {
        desk->idle--;
        serve(desk, now);
    } else {
        desk->customers[customer] = (Customer){now, rank, 0};
        queue->line[queue->tail++] = customer;
        schedule(desk, now + exponential(desk, desk->setup->patience_minutes), customer);
    }
    schedule_arrival(desk, now);
}

static inline void leave(Desk *desk, Customer *customer, double now) {
    customer->gone = 1;
    desk->found[customer->rank].waited += now - customer->arrived;
}

static inline void lose_patience(Desk *desk, Customer *customer, double now) {
    if (customer->gone) return;
    leave(desk, customer, now);
    desk->found[customer->rank].abandoned++;
}

static inline void take_next(Desk *desk, double now) {
    for (int rank = 0; rank < 2; rank++)
        for (Queue *queue = &desk->queues[rank]; queue->head < queue->tail;) {
            Customer *customer = &desk->customers[queue->line[queue->head++]];
            if (customer->gone) continue;
            leave(desk, customer, now);
            serve(desk, now);
            return;
        }
    desk->idle++;
}

static void live_through(Desk *desk) {
    schedule_arrival(desk, 0);
    while (desk->scheduled > 0) {
        Event event = next_event(desk);
        if (event.what == ARRIVAL) arrive(desk, event.at);
        else if (event.what == SERVICE_DONE) take_next(desk, event.at);
        else lose_patience(desk, &desk->customers[event.what], event.at);
    }
}

/* Run until everybody who arrives has left; 1 if there is not enough memory, else 0. */
int run_queue(const Setup *setup, Found found[2]) {
    size_t n = (size_t)setup->arrivals, most = n + (size_t)setup->agents + 1;
    Desk desk = {.setup = setup, .found = found, .idle = setup->agents};
    seed_random(desk.random, setup->seed);
    desk.customers = malloc(n * sizeof(Customer));
    desk.events = malloc(most * sizeof(Event));
    desk.queues[0].line = malloc(n * sizeof(int64_t));
    desk.queues[1].line = malloc(n * sizeof(int64_t));
    int enough = desk.customers && desk.events && desk.queues[0].line && desk.queues[1].line;
    if (enough) live_through(&desk);
    free(desk.customers);
    free(desk.events);
    free(desk.queues[0].line);
    free(desk.queues[1].line);
    return !enough;
}
