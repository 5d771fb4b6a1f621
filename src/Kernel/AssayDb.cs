using System.Reflection;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Assay.Kernel;

/// <summary>The tables of one module: its <see cref="IEntityTypeConfiguration{TEntity}"/>s are found in this assembly.</summary>
public sealed record ModuleTables(Assembly Assembly);

/// <summary>
/// The one database context. It names no entity: every module contributes its own tables and keeps its entities
/// internal. Times are stored as Unix milliseconds, enumerations as their names, so that both databases sort and
/// compare them alike.
/// </summary>
public sealed class AssayDb(DbContextOptions<AssayDb> options, IEnumerable<ModuleTables> modules, ProjectScope scope)
    : DbContext(options)
{
    /// <summary>Name of the query filter that hides other projects' rows.</summary>
    public const string ProjectFilter = "project";

    /// <summary>The project whose rows are visible and to which new rows belong; null shows none.</summary>
    public string? CurrentProject => scope.Name;

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var module in modules)
            modelBuilder.ApplyConfigurationsFromAssembly(module.Assembly);

        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            if (typeof(IProjectOwned).IsAssignableFrom(entity.ClrType))
                FilterMethod.MakeGenericMethod(entity.ClrType).Invoke(this, [modelBuilder]);
            if (Recorded.HasStatements(entity))
                RefuseSecondWriter(modelBuilder, entity);
        }
    }

    /// <summary>
    /// The ledger states a row as its writer has it. Of two who read the same row and change different columns, the second
    /// would state what the first had changed as it was before; and PostgreSQL, which lets two write at once, might have
    /// them in another order than the ledger. So the second fails: by the row version that PostgreSQL keeps, and by the
    /// columns themselves on SQLite.
    /// </summary>
    private void RefuseSecondWriter(ModelBuilder modelBuilder, IMutableEntityType entity)
    {
        if (HasRowVersions)
        {
            modelBuilder.Entity(entity.ClrType).Property<uint>(Recorded.RowVersion).IsRowVersion();
            return;
        }

        foreach (var property in entity.GetProperties().Where(property => Recorded.IsStated(property) && !property.IsPrimaryKey()))
            property.IsConcurrencyToken = true;
    }

    private bool HasRowVersions => Database.ProviderName?.Contains("Npgsql", StringComparison.Ordinal) == true;

    private static readonly MethodInfo FilterMethod =
        typeof(AssayDb).GetMethod(nameof(FilterByProject), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private void FilterByProject<T>(ModelBuilder modelBuilder)
        where T : class, IProjectOwned
    {
        modelBuilder.Entity<T>().Property(row => row.Project).HasMaxLength(63);
        modelBuilder.Entity<T>().HasQueryFilter(ProjectFilter, row => row.Project == CurrentProject);
    }

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries<IProjectOwned>())
        {
            if (entry.State == EntityState.Added && string.IsNullOrEmpty(entry.Entity.Project))
                entry.Property(row => row.Project).CurrentValue = CurrentProject ?? throw NoProject(entry.Metadata.ClrType);
            if (entry.State is not EntityState.Unchanged && entry.Entity.Project != CurrentProject)
                throw NoProject(entry.Metadata.ClrType);
        }

        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    private InvalidOperationException NoProject(Type type) =>
        new($"{type.Name} belongs to a project, and this scope works in '{CurrentProject}'. Enter the project first.");

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
