using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
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
    }
}
