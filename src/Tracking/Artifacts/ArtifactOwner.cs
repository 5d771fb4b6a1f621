using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Artifacts;

/// <summary>
/// Finds the experiment to which a path of the proxy belongs, and which decides who may use it: the one whose client chose
/// that place, or else the one whose id the path begins with.
/// </summary>
internal static class ArtifactOwner
{
    private static readonly Statement Chosen = new(
        $"SELECT e.id, e.artifact_location FROM tracking_experiments e WHERE e.project = @p0 AND e.artifact_location LIKE '{RunFiles.Proxy}%'");

    /// <summary>For routes whose value <c>path</c> is such a path.</summary>
    public static readonly ResourceBehind OfPath = new("path", TrackingPermissions.Kind, Find);

    /// <summary>Id of the experiment, whether there is one or not; null for the root, and a path that is none.</summary>
    public static string? Find(Session session, string project, ArtifactPath path) =>
        Places(session, project).Where(place => IsWithin(path, place.Path)).OrderByDescending(place => place.Path.Text.Length).Select(place => place.Id).FirstOrDefault()
            ?? (path.Text.Length == 0 ? null : path.Text.Split('/')[0]);

    /// <summary>Refuses a path unless the caller may use all of it, also what others have below it.</summary>
    /// <exception cref="Refusal">403.</exception>
    public static void Demand(MlflowCall call, ArtifactPath path) => Demand(call, path, call.Scope);

    /// <summary>The same by another permission than the route's.</summary>
    /// <exception cref="Refusal">403.</exception>
    public static void Demand(MlflowCall call, ArtifactPath path, ExperimentScope scope)
    {
        if (scope.Reach.IsEverything)
            return;
        if (path.Text.Length == 0)
            throw Refusal.Denied($"This needs the permission '{scope.Permission.Name}' on every experiment of project '{scope.Project}', since the files of all are below that path: name the folder of one.");
        var owners = call.Get<Sessions>().Read(session => Places(session, scope.Project)
            .Where(place => IsWithin(place.Path, path)).Select(place => place.Id).Append(Find(session, scope.Project, path)).ToList());
        foreach (var owner in owners)
            scope.Demand(owner ?? "");
    }

    private static Task<string?> Find(HttpContext http, string value)
    {
        var permission = http.GetEndpoint()!.Metadata.GetMetadata<Permission>()!;
        return Task.FromResult(
            http.RequestServices.GetRequiredService<IAccess>().Reach(permission).IsEverything || ArtifactPath.TryRead(Uri.UnescapeDataString(value)) is not { } path
                ? null   // the project decides
                : http.RequestServices.GetRequiredService<Sessions>().Read(session => Find(session, http.RequestServices.GetRequiredService<ProjectScope>().Name!, path)));
    }

    private static List<(string Id, ArtifactPath Path)> Places(Session session, string project)
    {
        var places = new List<(string, ArtifactPath)>();
        using var reader = session.With(Chosen, project).ExecuteReader();
        while (reader.Read())
        {
            if (ArtifactPath.TryRead(reader.GetString(1)[RunFiles.Proxy.Length..]) is { } path)
                places.Add((reader.GetString(0), path));
        }

        return places;
    }

    private static bool IsWithin(ArtifactPath path, ArtifactPath folder) =>
        path.Text == folder.Text || folder.Text.Length == 0 || path.Text.StartsWith(folder.Text + "/", StringComparison.Ordinal);
}
