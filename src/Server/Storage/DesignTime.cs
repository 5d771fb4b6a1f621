using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring;
using Assay.Pipelines;
using Assay.Registry;
using Assay.Serving;
using Assay.Tracking;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Assay.Server.Storage;

/// <summary>
/// Lets <c>dotnet ef</c> make migrations without starting a host; ASSAY_MIGRATIONS says for which database. See the script
/// <c>add-migration</c> beside the project file.
/// </summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<AssayDb>
{
    public AssayDb CreateDbContext(string[] args) => Create(Environment.GetEnvironmentVariable("ASSAY_MIGRATIONS"));

    /// <summary>A context that knows all tables; for <c>Postgres</c>, or else SQLite. It connects to nothing by itself.</summary>
    public static AssayDb Create(string? database)
    {
        var options = new DbContextOptionsBuilder<AssayDb>().UseSnakeCaseNamingConvention();
        if (database == "Postgres")
            options.UseNpgsql("Host=127.0.0.1", npgsql => npgsql.MigrationsAssembly("Assay.Migrations.Postgres"));
        else
            options.UseSqlite("Data Source=design.db", sqlite => sqlite.MigrationsAssembly("Assay.Migrations.Sqlite"));
        return new(options.Options, Tables(), new ProjectScope());
    }

    /// <summary>Every module that has tables.</summary>
    public static IEnumerable<ModuleTables> Tables() =>
    [
        new(typeof(KernelModule).Assembly), new(typeof(GovernanceModule).Assembly), new(typeof(DataModule).Assembly),
        new(typeof(TrackingModule).Assembly), new(typeof(RegistryModule).Assembly), new(typeof(PipelinesModule).Assembly),
        new(typeof(ServingModule).Assembly), new(typeof(MonitoringModule).Assembly),
    ];
}
