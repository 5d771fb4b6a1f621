using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>Humans who may not decide on a version, each with the reason.</summary>
/// <param name="People">Reason by the person's id.</param>
/// <param name="Problem">Why nobody can tell who they are, so that nobody may decide; null when that is known.</param>
internal sealed record ExcludedPeople(IReadOnlyDictionary<string, string> People, string? Problem)
{
    public string? ReasonFor(string? person) => person is null ? null : People.GetValueOrDefault(person);
}

/// <summary>
/// Finds those who have a hand in what is to be decided. It counts humans: whoever acts by a token or a service account is
/// the person behind it.
/// </summary>
internal sealed class Exclusions(AssayDb db, IDirectory directory, MakerStatement makers)
{
    /// <summary>Those who brought the version in.</summary>
    public async Task<ExcludedPeople> Makers(ModelVersion version, CancellationToken cancel)
    {
        var people = new Dictionary<string, string>(StringComparer.Ordinal);
        var problem = await AddMakers(people, version, cancel);
        return new(people, problem);
    }

    /// <summary>They and all others who have a hand in its promotion.</summary>
    public async Task<ExcludedPeople> Of(ModelVersion version, string stage, PublishedPolicy policy, CancellationToken cancel)
    {
        var people = new Dictionary<string, string>(StringComparer.Ordinal);
        var problem = await AddMakers(people, version, cancel);
        await Add(people, policy.PublishedBy, $"published the policy of {stage} that is in force", cancel);
        var editor = await db.Cards.AsNoTracking()
            .Where(card => card.Model == version.Model && card.Version == version.Version)
            .OrderByDescending(card => card.Number).Select(card => card.WrittenBy).FirstOrDefaultAsync(cancel);
        await Add(people, editor, "edited the version's card last", cancel);
        var requesters = await db.ApprovalRequests.AsNoTracking()
            .Where(request => request.Model == version.Model && request.Version == version.Version && request.Stage == stage)
            .Select(request => request.RequestedBy)
            .ToListAsync(cancel);
        foreach (var requester in requesters)
            await Add(people, requester, "asked for this approval", cancel);
        return new(people, problem);
    }

    private async Task<string?> AddMakers(Dictionary<string, string> people, ModelVersion version, CancellationToken cancel)
    {
        var known = false;
        try
        {
            await foreach (var stated in makers.Read(version, cancel))
            {
                foreach (var maker in (stated.Makers ?? []).Prepend(stated.Author))
                    await Add(people, maker, "trained or made the version", cancel);
                await Add(people, stated.RegisteredBy, "registered the version", cancel);
                known = true;
            }
        }
        catch (TamperedAttestationException tampered)
        {
            return tampered.Message;
        }

        return known ? null : "no signed statement says who registered this version; register it again";
    }

    private async Task Add(Dictionary<string, string> people, string? actor, string reason, CancellationToken cancel)
    {
        if (actor is not null && await directory.Find(actor, cancel) is { } principal)
            people.TryAdd(principal.Human, reason);
    }
}

/// <summary>Who brought a version in.</summary>
/// <param name="RegisteredBy">Actor who registered it; background work has no human behind it.</param>
/// <param name="Author">Actor who trained it, or asked for the training; null when it was not trained here.</param>
/// <param name="Makers">Actors who made its files besides; null for none.</param>
internal sealed record RegistrationPredicate(string RegisteredBy, string? Author, IReadOnlyList<string>? Makers = null);
