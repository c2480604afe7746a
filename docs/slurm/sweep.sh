#!/bin/bash
# A sweep as an array of jobs, each of which runs a part of it:
#
#     sbatch --array=1-20 docs/slurm/sweep.sh capacity.yaml --out capacity
#     sim sweep capacity.yaml --out capacity --merge     # when all are done
#
# All jobs write into one folder on a shared disk, each into files of its own. A job that was killed
# is given again, with how many parts there are, and goes on where it stopped:
#
#     PARTS=20 sbatch --array=7 docs/slurm/sweep.sh capacity.yaml --out capacity
#
#SBATCH --job-name=sim-sweep
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
set -euo pipefail
parts=${PARTS:-${SLURM_ARRAY_TASK_COUNT:?give the script to sbatch with --array, or say PARTS}}
exec sim sweep "$@" --part "${SLURM_ARRAY_TASK_ID:?}/$parts" --workers "${SLURM_CPUS_PER_TASK:-1}"
