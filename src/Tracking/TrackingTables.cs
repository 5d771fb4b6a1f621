using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Assay.Tracking.Sealing;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking;

internal static class TrackingTables
{
    extension(AssayDb db)
    {
        public DbSet<Experiment> Experiments => db.Set<Experiment>();

        public DbSet<ExperimentTag> ExperimentTags => db.Set<ExperimentTag>();

        public DbSet<Run> Runs => db.Set<Run>();

        public DbSet<RunParam> RunParams => db.Set<RunParam>();

        public DbSet<RunTag> RunTags => db.Set<RunTag>();

        public DbSet<RunMetric> RunMetrics => db.Set<RunMetric>();

        public DbSet<LatestMetric> LatestMetrics => db.Set<LatestMetric>();

        public DbSet<RunSeal> Seals => db.Set<RunSeal>();

        public DbSet<UnsealedRun> UnsealedRuns => db.Set<UnsealedRun>();

        public DbSet<StoredFile> StoredFiles => db.Set<StoredFile>();
    }
}
