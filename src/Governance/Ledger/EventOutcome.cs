namespace Assay.Governance;

/// <summary>How what an event tells of ended.</summary>
public enum EventOutcome
{
    /// <summary>It was done.</summary>
    Success,

    /// <summary>Somebody tried, and was not let.</summary>
    Refused,

    /// <summary>It was let, and did not work.</summary>
    Failed,
}

/// <summary>The one place where an event's outcome follows from its type.</summary>
internal static class EventOutcomes
{
    /// <summary>
    /// The last word of the type says it: <c>access.refused</c> and <c>access.flood-refused</c> were refused,
    /// <c>gate.failed</c> and <c>endpoint.load-failed</c> failed, everything else was done.
    /// </summary>
    public static EventOutcome Of(string type) => type[(type.LastIndexOfAny(['.', '-']) + 1)..] switch
    {
        "refused" => EventOutcome.Refused,
        "failed" => EventOutcome.Failed,
        _ => EventOutcome.Success,
    };
}
