using Assay.Kernel;
using Assay.Pipelines.Trainings;
using Microsoft.EntityFrameworkCore;

namespace Assay.Pipelines;

internal static class PipelinesTables
{
    extension(AssayDb db)
    {
        public DbSet<Training> Trainings => db.Set<Training>();

        public DbSet<TrainingAttempt> TrainingAttempts => db.Set<TrainingAttempt>();
    }
}
