using Assay.Data.Datasets;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Data;

internal static class DataTables
{
    extension(AssayDb db)
    {
        public DbSet<Dataset> Datasets => db.Set<Dataset>();

        public DbSet<DatasetVersion> DatasetVersions => db.Set<DatasetVersion>();
    }
}
