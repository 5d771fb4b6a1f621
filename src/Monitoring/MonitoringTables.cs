using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Labels.Tables;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Delivery;
using Assay.Monitoring.Reviews;
using Assay.Monitoring.Routes;
using Assay.Monitoring.Silences;
using Assay.Monitoring.Windows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring;

internal static class MonitoringTables
{
    extension(AssayDb db)
    {
        public DbSet<SavedSettings> MonitorSettings => db.Set<SavedSettings>();

        public DbSet<OpenWindow> OpenWindows => db.Set<OpenWindow>();

        public DbSet<EvaluatedWindow> EvaluatedWindows => db.Set<EvaluatedWindow>();

        public DbSet<Alert> Alerts => db.Set<Alert>();

        public DbSet<Outcome> Outcomes => db.Set<Outcome>();

        public DbSet<LabelledDataset> LabelledDatasets => db.Set<LabelledDataset>();

        public DbSet<PerformanceWindow> PerformanceWindows => db.Set<PerformanceWindow>();

        public DbSet<CountState> CountStates => db.Set<CountState>();

        public DbSet<ConceptRow> Concepts => db.Set<ConceptRow>();

        public DbSet<CountedPart> CountedParts => db.Set<CountedPart>();

        public DbSet<SavedPerformanceSettings> PerformanceSettings => db.Set<SavedPerformanceSettings>();

        public DbSet<AlertRoute> AlertRoutes => db.Set<AlertRoute>();

        public DbSet<AlertDelivery> Deliveries => db.Set<AlertDelivery>();

        public DbSet<AlertSilence> Silences => db.Set<AlertSilence>();

        public DbSet<RetrainingRun> Retrainings => db.Set<RetrainingRun>();

        public DbSet<ReviewItem> Reviews => db.Set<ReviewItem>();

        public DbSet<ReviewVerdict> Verdicts => db.Set<ReviewVerdict>();
    }
}
