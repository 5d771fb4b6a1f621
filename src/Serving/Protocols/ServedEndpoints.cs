using System.Globalization;
using System.Text.Json;
using Assay.Governance;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Assay.Serving.Deployment;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Assay.Serving.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Protocols;

/// <summary>The request's project seen through foreign protocols: a model's name there is an endpoint's name here.</summary>
internal sealed class ServedEndpoints(LiveEndpoints live) : IServedModels
{
    private const string Production = "Production";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Which version an endpoint serves stands in its row.</summary>
    public bool HasChoice => false;

    public IReadOnlyList<NamedModel> List(HttpContext http)
    {
        var reach = http.RequestServices.GetRequiredService<IAccess>().Reach(ServingPermissions.Predict);
        return [.. live.Of(Project(http))
            .Where(endpoint => reach.Has(endpoint.Target.Endpoint))
            .OrderBy(endpoint => endpoint.Target.Endpoint, StringComparer.Ordinal)
            .Select(Shown)];
    }

    public async ValueTask<NamedModel?> Find(HttpContext http, string name) =>
        await live.FindLoaded(Project(http), name, Patience, http.RequestAborted) is { } endpoint ? Shown(endpoint) : null;

    /// <summary>
    /// An endpoint that is there is put anew as it is, and one that was unloaded as it was. Else one is made that follows the
    /// Production stage of the model of this name.
    /// </summary>
    public async Task<Problem?> Load(HttpContext http, string name, VersionChoice? choice)
    {
        var (services, cancel) = (http.RequestServices, http.RequestAborted);
        var access = services.GetRequiredService<IAccess>();
        var db = services.GetRequiredService<AssayDb>();
        var row = await db.Endpoints.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, cancel);
        var request = row is null ? await Unloaded(services, name, cancel) : new PutEndpointRequest(row.Model, row.Target, TargetFollower.Policy(row));
        if (request is null)
        {
            access.Demand(RegistryPermissions.Read, name);
            if (await services.GetRequiredService<IModels>().Find(name, Production, cancel) is null)
                return new(StatusCodes.Status404NotFound, "not-found", $"No version of a model '{name}' is in {Production}, which an endpoint made by loading follows. Promote one, or put the endpoint with the version that it shall serve: PUT /api/v1/endpoints/{name}.");
            request = new PutEndpointRequest(name, Production);
        }

        await PutEndpoint.Handle(name, request, services.GetRequiredService<EndpointWork>(), access, cancel);
        return null;
    }

    // The row is gone, and its event says what it was.
    private static async Task<PutEndpointRequest?> Unloaded(IServiceProvider services, string name, CancellationToken cancel)
    {
        var said = await services.GetRequiredService<ILedgerMemory>().Newest(EndpointDeleted.EventType, $"endpoint:{name}", cancel);
        return said?.Deserialize<EndpointDeleted>(AssayJson.Options) is { Target: { } target } deleted
            ? new PutEndpointRequest(deleted.Model, target, deleted.Plan, deleted.Limits)
            : null;
    }

    public async Task<Problem?> Unload(HttpContext http, string name, VersionChoice? choice)
    {
        var services = http.RequestServices;
        await DeleteEndpoint.Unload(name, services.GetRequiredService<EndpointWork>(), services.GetRequiredService<RolloutBook>(), http.RequestAborted);
        return null;
    }

    /// <summary>An endpoint as protocols show it.</summary>
    public static NamedModel Shown(LiveEndpoint endpoint) => new(
        endpoint.Target.Endpoint,
        endpoint.Served?.Version.ToString(CultureInfo.InvariantCulture),
        endpoint.State == EndpointState.Ready ? endpoint.Model : null,
        endpoint.Problem,
        endpoint.Totals)
    {
        Others = [.. (endpoint.Rollout?.Answering ?? []).Select(each =>
            new NamedModel(endpoint.Target.Endpoint, each.Candidate.Version, each.Candidate, null, each.Arm.Totals!))],
    };

    private static string Project(HttpContext http) => http.RequestServices.GetRequiredService<ProjectScope>().Name!;
}
