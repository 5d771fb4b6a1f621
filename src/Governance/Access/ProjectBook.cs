using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>Projects as rows, each made with its event.</summary>
internal sealed class ProjectBook(
    AssayDb db, ILedger ledger, Projects projects, AccessState access, TimeProvider clock, IHttpContextAccessor http) : IProjects
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> Visible(CancellationToken cancel)
    {
        var caller = http.HttpContext!.User;
        var names = await db.Projects.AsNoTracking().OrderBy(row => row.Name).Select(row => row.Name).ToListAsync(cancel);
        return names.FindAll(name => access.Current.Allows(caller, GovernancePermissions.ProjectsRead, new(name)));
    }

    /// <inheritdoc/>
    public Task Create(string name, CancellationToken cancel) =>
        ProjectName.Fits(name) ? Add(name, cancel) : throw Refusal.Invalid("name", ProjectName.Remedy);

    /// <summary>The same for a name that is sound.</summary>
    public async Task<ProjectRow> Add(string name, CancellationToken cancel)
    {
        if (await db.Projects.AnyAsync(row => row.Name == name, cancel))
            throw Refusal.Conflict($"There is a project '{name}' already.");
        var project = new ProjectRow { Name = name, CreatedAt = clock.GetUtcNow() };
        db.Projects.Add(project);
        ledger.Append(new ProjectCreated(project.Name));
        await db.SaveChangesAsync(cancel);
        projects.Forget();
        return project;
    }
}
