using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.Experiments;

/// <summary>
/// The project of a request, and in it the experiments on which the caller holds the request's permission. Whatever looks up
/// an experiment, a run or a logged model takes it, so that nothing is found without being judged.
/// </summary>
/// <param name="Project">The project.</param>
/// <param name="Permission">What the route asks for.</param>
/// <param name="Reach">On which experiments the caller has it.</param>
/// <param name="Caller">Pseudonymous id of who calls.</param>
internal sealed record ExperimentScope(string Project, Permission Permission, ResourceReach Reach, string Caller)
{
    /// <summary>That of the request at hand, by its route's permission.</summary>
    public static ExperimentScope OfRequest(IServiceProvider services)
    {
        var permission = services.GetRequiredService<IHttpContextAccessor>().HttpContext!.GetEndpoint()!.Metadata.GetMetadata<Permission>()!;
        return new(services.GetRequiredService<ProjectScope>().Name!, permission, services.GetRequiredService<IAccess>().Reach(permission),
            services.GetRequiredService<Caller>().Id);
    }

    private static readonly Statement Find = new("SELECT e.key FROM tracking_experiments e WHERE e.project = @p0 AND e.id = @p1");

    /// <summary>The key of an experiment of a project, whoever asks; null when there is none.</summary>
    public static long? KeyOf(Session session, string project, string id) => session.With(Find, project, id).ExecuteScalar() as long?;

    /// <summary>The keys of those of the experiments that there are, and which are among them.</summary>
    public List<long> KeysOf(Session session, IEnumerable<string> ids) =>
        [.. ids.Distinct(StringComparer.Ordinal).Where(Has).Select(id => KeyOf(session, Project, id)).OfType<long>()];

    /// <summary>Whether the experiment with that id is among them.</summary>
    public bool Has(string experimentId) => Reach.IsEverything || Reach.Has(experimentId);

    /// <exception cref="Refusal">403: it is not.</exception>
    public void Demand(string experimentId)
    {
        if (!Has(experimentId))
        {
            throw Refusal.Denied(
                $"This needs the permission '{Permission.Name}' on the experiment '{experimentId}' of project '{Project}', which your account or your token does not have there.");
        }
    }

    /// <summary>Keeps a search to them.</summary>
    /// <param name="sql">The search.</param>
    /// <param name="column">The one with the experiment's id.</param>
    public void Limit(SearchSql sql, string column) => sql.Limit(Reach, column);
}
