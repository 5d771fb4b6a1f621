using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.EvaluationSets;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Importing;

/// <summary>An evaluation dataset of another MLflow server. Its records come after.</summary>
public sealed record ImportSetRequest
{
    /// <summary>What people read.</summary>
    [Required, StringLength(500, MinimumLength = 1)]
    public string Name { get; init; } = "";

    /// <summary>Ids of the experiments here in which it is used; more come to those that it has here already.</summary>
    [Required, MaxLength(1000)]
    public IReadOnlyList<string> ExperimentIds { get; init; } = [];

    /// <summary>What was noted about it; values of at most 5,000 characters. Those that it has here already stay.</summary>
    [Required]
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When it was made, in milliseconds since 1970.</summary>
    [Range(0, 253_402_300_799_999)]
    public long CreatedAtMilliseconds { get; init; }

    /// <summary>When it was changed last, in milliseconds since 1970.</summary>
    [Range(0, 253_402_300_799_999)]
    public long UpdatedAtMilliseconds { get; init; }

    /// <summary>Who made it, as its client said; empty when nobody said.</summary>
    [Required(AllowEmptyStrings = true), StringLength(250)]
    public string CreatedBy { get; init; } = "";

    /// <summary>Who changed it last, as that client said; empty when nobody said.</summary>
    [Required(AllowEmptyStrings = true), StringLength(250)]
    public string UpdatedBy { get; init; } = "";
}

/// <summary>What an imported evaluation dataset has here.</summary>
/// <param name="Id">Its id, as at its source.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Records">Records.</param>
public sealed record ImportedSet(string Id, int Tags, long Records);

/// <summary>Takes an evaluation dataset over under its id, or adds what it lacks. The same request again changes nothing.</summary>
internal static class ImportSet
{
    private static readonly Statement ElsewhereToo = new("SELECT 1 FROM tracking_evaluation_sets r WHERE r.id = @p0");

    public static void Map(RouteGroupBuilder sets) => sets.MapPut("/{id}", Handle).WithName("ImportEvaluationSet").RequiresOnAny(TrackingPermissions.Write);

    /// <summary>The set of that id.</summary>
    /// <exception cref="Refusal">404, or 403 where the caller may not.</exception>
    public static SetRow Find(Session session, ExperimentScope scope, string id) => SetRow.TryFind(session, scope, id) ?? throw Refusal.NotFound("evaluation dataset", id);

    private static async Task<ImportedSet> Handle(
        string id, ImportSetRequest request, SetBook book, Sessions sessions, GroupWriter writer, ILedgerRows ledger, ExperimentScope scope, CancellationToken cancel)
    {
        if (id.Length != 34 || !id.StartsWith("d-", StringComparison.Ordinal) || !id[2..].All(char.IsAsciiHexDigitLower))
            throw Refusal.Invalid("id", "The id of an evaluation dataset is d- and 32 lower-case hexadecimal digits.");
        foreach (var (key, value) in request.Tags)
        {
            if (key.Length is 0 or > Names.LengthMax || value is null or { Length: > 5000 })
                throw Refusal.Invalid("tags", $"A tag has a name of 1 to {Names.LengthMax} characters and a value of at most 5000.");
        }

        foreach (var experiment in request.ExperimentIds)
            scope.Demand(experiment);
        if (request.ExperimentIds.Count == 0 && !scope.Reach.IsAll)
            throw Refusal.Denied($"A dataset that is used in no experiment is the project's, and to import it needs the permission '{TrackingPermissions.Write.Name}' in all of it.");
        var isNew = sessions.Read(session =>
        {
            SetExperiments.DemandThere(session, scope.Project, request.ExperimentIds);
            return SetRow.TryFind(session, scope, id) is null
                && (session.With(ElsewhereToo, id).ExecuteScalar() is null ? true : throw Refusal.Conflict($"There is an evaluation dataset '{id}' in another project already. It is in one only."));
        });
        var tags = request.Tags.ToDictionary(tag => SetFields.Kept(tag.Key), tag => SetFields.Kept(tag.Value));
        if (isNew)
            await book.Add(New(id, request), tags, [.. request.ExperimentIds.Distinct(StringComparer.Ordinal)], cancel);
        return await writer.Write(ledger, (session, happened) => Complete(session, happened, Find(session, scope, id), request.ExperimentIds, tags));
    }

    private static EvaluationSet New(string id, ImportSetRequest request)
    {
        var name = SetFields.Kept(request.Name);
        return new()
        {
            Id = id,
            Name = name,
            Digest = SetRow.DigestOf(name, request.UpdatedAtMilliseconds),
            CreatedAt = request.CreatedAtMilliseconds,
            UpdatedAt = request.UpdatedAtMilliseconds,
            CreatedBy = Said(request.CreatedBy),
            UpdatedBy = Said(request.UpdatedBy),
        };
    }

    private static string? Said(string user) => user.Length == 0 ? null : SetFields.Kept(user);

    private static ImportedSet Complete(Session session, Action<LedgerEvent> happened, SetRow set, IEnumerable<string> experiments, Dictionary<string, string> tags)
    {
        var (links, news) = (experiments.Except(set.Experiments).ToList(), tags.Where(tag => !set.Tags.ContainsKey(tag.Key)).ToList());
        foreach (var experiment in links)
            SetExperiments.Add(session, set.Key, experiment);
        foreach (var (key, value) in news)
            SetTags.Put(session, set.Key, key, value);
        if (links.Count > 0)
            happened(new EvaluationSetMoved(set.Id, SetEvents.Told(links), []));
        if (news.Count > 0)
            happened(new EvaluationSetTagged(set.Id, news.Count, TagChange.Set(news)));
        return new(set.Id, set.Tags.Count + news.Count, set.Records);
    }
}
