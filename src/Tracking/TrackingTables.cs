using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Inputs;
using Assay.Tracking.LoggedModels;
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
        public DbSet<RunInput> RunInputs => db.Set<RunInput>();

        public DbSet<RunInputTag> RunInputTags => db.Set<RunInputTag>();

        public DbSet<RunModel> RunModels => db.Set<RunModel>();

        public DbSet<InputDataset> InputDatasets => db.Set<InputDataset>();

        public DbSet<LoggedModel> LoggedModels => db.Set<LoggedModel>();

        public DbSet<LoggedModelParam> LoggedModelParams => db.Set<LoggedModelParam>();

        public DbSet<LoggedModelTag> LoggedModelTags => db.Set<LoggedModelTag>();

        public DbSet<LoggedModelMetric> LoggedModelMetrics => db.Set<LoggedModelMetric>();

        public DbSet<StoredFile> StoredFiles => db.Set<StoredFile>();
    }
}
