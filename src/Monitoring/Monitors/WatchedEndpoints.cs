using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving;

namespace Assay.Monitoring.Monitors;

/// <summary>The endpoints of the current project: each has a monitor by itself.</summary>
internal sealed class WatchedEndpoints(IEndpoints endpoints, ProjectScope project)
{
    /// <summary>By name, ordinal.</summary>
    public IReadOnlyList<ServedEndpoint> List() =>
        [.. endpoints.List().Where(endpoint => endpoint.Project == project.Name).OrderBy(endpoint => endpoint.Name, StringComparer.Ordinal)];

    /// <summary>Whether there is an endpoint of that name, loaded or not.</summary>
    public bool Has(string name) => endpoints.Health(project.Name!, name) is not null;

    /// <summary>The endpoint of that name, of whatever kind its model is.</summary>
    public ServedEndpoint Require(string name) =>
        List().FirstOrDefault(endpoint => endpoint.Name == name) ?? throw Refusal.NotFound("endpoint with a loaded model", name);
}
