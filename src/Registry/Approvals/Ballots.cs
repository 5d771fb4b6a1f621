using Assay.Governance;
using Assay.Registry.Policies;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>Whether the caller may decide on a version.</summary>
/// <param name="Person">Who decides.</param>
/// <param name="Seat">Whose place on the lists it takes: their own, or another's.</param>
/// <param name="Lists">The lists on which the seat may be.</param>
/// <param name="WhyNot">Why they may not; null when they may.</param>
/// <param name="OtherPlaces">People in whose places they may decide.</param>
internal sealed record Ballot(
    Principal? Person, Principal? Seat, IReadOnlyList<ApprovalRule> Lists, string? WhyNot, IReadOnlyList<string> OtherPlaces)
{
    /// <summary>From when on a decision made at that moment counts no more.</summary>
    public DateTimeOffset? Expires(DateTimeOffset moment) => Lists.Count == 0 ? null : moment + Lists.Max(list => list.Within);
}

/// <summary>Hands out ballots.</summary>
internal sealed class Ballots(Exclusions exclusions, ApprovalCheck check, Seats seats, Deciders deciders, IDirectory directory)
{
    /// <summary>The caller's ballot, in their own place or in another's who lets them.</summary>
    public async Task<Ballot> Of(ModelVersion version, string stage, DecisivePolicy policy, string? actingFor, CancellationToken cancel)
    {
        var person = await deciders.Caller(cancel);
        var excluded = await exclusions.Of(version, stage, policy.Text, cancel);
        var places = person is null ? [] : await deciders.PlacesOf(person.Id, cancel);
        var others = new List<string>();
        foreach (var place in places)
        {
            if (check.WhyNot(version, person, await directory.Find(place, cancel), policy, excluded) is null)
                others.Add(place);
        }

        var seat = actingFor is null ? person : places.Contains(actingFor) ? await directory.Find(actingFor, cancel) : null;
        var whyNot = actingFor is not null && !places.Contains(actingFor) && person is { Kind: PrincipalKind.Person }
            ? "that person does not let this one decide in their place now"
            : check.WhyNot(version, person, seat, policy, excluded);
        return new(person, seat, seat is null ? [] : [.. policy.Rules.Approvals.Where(rule => seats.MaySit(seat, rule, version.Model))], whyNot, others);
    }
}
