using System.Text.Json;
using Assay.Governance;

namespace Assay.Monitoring.Feedback;

/// <summary>How a candidate fares at its endpoint.</summary>
internal enum CandidateState
{
    /// <summary>Nothing has come to the endpoint yet.</summary>
    Waiting,

    /// <summary>A roll-out gives it a part of the requests.</summary>
    RollingOut,

    /// <summary>It answers.</summary>
    Answers,

    /// <summary>Its roll-out was taken back, or it could not be loaded.</summary>
    TakenBack,
}

/// <summary>
/// What became of a candidate at its endpoint once the gate had let it through, told by the events of both, oldest first.
/// What somebody deploys or rolls out there besides is not of this course, and neither is what happens after its end.
/// </summary>
internal sealed class CandidateCourse(int candidate)
{
    /// <summary>The events that tell it.</summary>
    public static readonly string[] Types =
    [
        "model.promoted", "endpoint.deployed", "endpoint.load-failed", "endpoint.deployment-refused",
        "rollout.started", "rollout.step", "rollout.promoted", "rollout.rolled-back", "rollout.aborted",
    ];

    // Promotions are followed within seconds, or as the server starts again; what comes later was somebody's own wish.
    private static readonly TimeSpan FollowedWithin = TimeSpan.FromDays(1);
    private DateTimeOffset? _promotedAt;
    private string? _rollout;
    private bool _hasAnswered;

    public CandidateState State { get; private set; }

    /// <summary>Whether it came there by a roll-out.</summary>
    public bool IsByRollout => _rollout is not null;

    /// <summary>Why it was taken back, in one sentence.</summary>
    public string? Reason { get; private set; }

    /// <summary>Takes the next event, and says whether it belongs to the course.</summary>
    public bool Take(RememberedEvent next)
    {
        if (next.Type == "model.promoted")
            return Promoted(next);
        if (_promotedAt is null || State is CandidateState.TakenBack)
            return false;
        if (State == CandidateState.Waiting)
            return next.At - _promotedAt <= FollowedWithin && Came(next);
        return _rollout is not null && (Text(next, "rollout") == _rollout ? Went(next) : IsDeployment(next));
    }

    private bool Promoted(RememberedEvent next)
    {
        if (_promotedAt is not null || State != CandidateState.Waiting)
            return false;
        _promotedAt = next.At;
        return true;
    }

    private bool Came(RememberedEvent next)
    {
        switch (next.Type)
        {
            case "rollout.started" when Candidates(next).Contains(candidate):
                (State, _rollout) = (CandidateState.RollingOut, Text(next, "rollout"));
                return true;
            case "endpoint.deployed" when Text(next, "version") == $"{candidate}":
                State = CandidateState.Answers;
                return true;
            case "endpoint.deployment-refused" when Text(next, "version") == $"{candidate}":
            case "endpoint.load-failed" when !int.TryParse(Text(next, "target"), out var number) || number == candidate:
                (State, Reason) = (CandidateState.TakenBack, $"It could not be loaded: {Text(next, "problem")}");
                return true;
            default:
                return false;
        }
    }

    private bool Went(RememberedEvent next)
    {
        (State, Reason) = next.Type switch
        {
            "rollout.promoted" when Text(next, "version") == $"{candidate}" => (CandidateState.Answers, null),
            "rollout.promoted" => (CandidateState.TakenBack, $"Version {Text(next, "version")} took over in its place."),
            "rollout.rolled-back" => (CandidateState.TakenBack, $"Its roll-out was rolled back: {Text(next, "reason")}"),
            "rollout.aborted" => (CandidateState.TakenBack, $"Its roll-out was ended: {Text(next, "reason")}"),
            _ => (State, Reason),
        };
        return true;
    }

    // Said once, as the roll-out ends.
    private bool IsDeployment(RememberedEvent next)
    {
        if (State != CandidateState.Answers || _hasAnswered || next.Type != "endpoint.deployed" || Text(next, "version") != $"{candidate}")
            return false;
        return _hasAnswered = true;
    }

    private static IEnumerable<int> Candidates(RememberedEvent next) =>
        next.Data.TryGetProperty("candidates", out var arms) && arms.ValueKind == JsonValueKind.Array
            ? arms.EnumerateArray().Select(arm => arm.GetProperty("version").GetInt32())
            : [];

    private static string Text(RememberedEvent each, string field) =>
        each.Data.ValueKind == JsonValueKind.Object && each.Data.TryGetProperty(field, out var value) ? value.ToString() : "";
}
