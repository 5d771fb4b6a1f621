using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>A new project.</summary>
/// <param name="Name">Lower-case letters, digits and dashes, 1 to 63, starting with a letter or digit: it stands in URLs.</param>
public sealed record CreateProjectRequest(
    [Required, RegularExpression(ProjectName.Pattern, ErrorMessage = ProjectName.Remedy)] string Name);

/// <summary>A project.</summary>
public sealed record ProjectSummary(string Name, DateTimeOffset CreatedAt);

public sealed record ProjectCreated(string Name) : LedgerEvent("project.created", $"project:{Name}");

internal static partial class ProjectName
{
    public const string Pattern = "^[a-z0-9][a-z0-9-]{0,62}$";
    public const string Remedy = "A project's name has 1 to 63 lower-case letters, digits and dashes, and starts with a letter or digit.";

    /// <summary>Whether it is a project's name to its very end: the pattern alone takes a newline behind it.</summary>
    public static bool Fits(string name) => Whole().IsMatch(name);

    [GeneratedRegex(Pattern + @"\z")]
    private static partial Regex Whole();
}

internal static class ProjectRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/projects").WithTags("Access");
        group.MapPost("/", Create).WithName("CreateProject").Requires(GovernancePermissions.ProjectsAdmin).Idempotent();
        group.MapGet("/", List).WithName("ListProjects").Requires(GovernancePermissions.ProjectsRead);
    }

    private static async Task<Created<ProjectSummary>> Create(
        CreateProjectRequest request, ProjectBook book, CancellationToken cancel)
    {
        var project = await book.Add(request.Name, cancel);
        return TypedResults.Created($"/projects/{project.Name}", new ProjectSummary(project.Name, project.CreatedAt));
    }

    /// <summary>Projects that the caller may see.</summary>
    private static async Task<Page<ProjectSummary>> List(
        [AsParameters] PageRequest page, HttpContext http, AssayDb db, AccessState access, CancellationToken cancel)
    {
        var found = new List<ProjectSummary>();
        var rows = db.Projects.AsNoTracking()
            .Where(row => page.Cursor == null || string.Compare(row.Name, page.Cursor) > 0)
            .OrderBy(row => row.Name).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancel))
        {
            if (access.Current.Allows(http.User, GovernancePermissions.ProjectsRead, new(row.Name)))
                found.Add(new(row.Name, row.CreatedAt));
            if (found.Count > page.Size)
                break;
        }

        return page.Of(found, project => project.Name);
    }
}
