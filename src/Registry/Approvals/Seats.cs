using Assay.Governance;
using Assay.Kernel.Projects;
using Assay.Registry.Policies;

namespace Assay.Registry.Approvals;

/// <summary>A decision that is good in itself: whose place on the lists it takes, and when it was made.</summary>
internal sealed record Vote(Principal Seat, DateTimeOffset At);

/// <summary>Seats people on lists of approvers, so that nobody is counted twice.</summary>
internal sealed class Seats(IDirectory directory, ProjectScope project)
{
    /// <summary>Whether a person may sit on the list.</summary>
    public bool MaySit(Principal person, ApprovalRule rule, string model) => rule.From.Any(source => source.Kind == ApproverSource.Role
        ? directory.Roles(person.Id, project.Name!, $"models/{model}").Contains(source.Name)
        : directory.GroupId(source.Name) is { } group && person.Groups.Contains(group));

    /// <summary>How many of the votes each list gets when they are dealt so that as many seats as possible are taken.</summary>
    public int[] Deal(IReadOnlyList<Vote> votes, IReadOnlyList<ApprovalRule> rules, string model, DateTimeOffset at)
    {
        var seats = rules.SelectMany((rule, index) => Enumerable.Repeat(index, rule.Count)).ToArray();
        var taken = new int[seats.Length];
        Array.Fill(taken, -1);
        var people = votes.DistinctBy(vote => vote.Seat.Id).ToList();
        for (var vote = 0; vote < people.Count; vote++)
            Sit(vote, new bool[seats.Length]);
        return [.. rules.Select((_, index) => seats.Where((list, seat) => list == index && taken[seat] >= 0).Count())];

        // An augmenting path: whoever sits there moves on when another seat is free.
        bool Sit(int vote, bool[] tried)
        {
            for (var seat = 0; seat < seats.Length; seat++)
            {
                var rule = rules[seats[seat]];
                if (tried[seat] || at >= people[vote].At + rule.Within || !MaySit(people[vote].Seat, rule, model))
                    continue;
                tried[seat] = true;
                if (taken[seat] >= 0 && !Sit(taken[seat], tried))
                    continue;
                taken[seat] = vote;
                return true;
            }

            return false;
        }
    }
}
