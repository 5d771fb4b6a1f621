using Assay.Statistics.Special;

namespace Assay.Statistics.Sequential;

/// <summary>
/// Whether something happens more often than a bound allows, for those who look again after every request: the p-value is
/// always valid, so that whoever acts when it falls below α, however often they look, acts wrongly with a probability of
/// at most α.
/// </summary>
/// <remarks>
/// The likelihood ratio against the bound, averaged over higher rates by a beta prior that is cut off below it: a test
/// martingale (Robbins, 1970), whose inverse is an always-valid p-value (Johari, Koomen, Pekelis and Walsh, 2022). Counted
/// are single events, so it holds at any number of them and leans on no normal approximation. Two rates are compared by
/// the arm in which each failure happened: were both alike, a failure would be the candidate's with the probability of
/// the candidate's share of traffic, whatever the rate of failures does meanwhile (Lindon and Malek, 2022).
/// </remarks>
public static class RateTest
{
    /// <summary>Always-valid p-value of the hypothesis that an event has at most the probability <paramref name="bound"/>.</summary>
    /// <param name="events">How often it happened.</param>
    /// <param name="trials">How often it could have happened.</param>
    /// <param name="bound">Above 0 and below 1.</param>
    /// <returns>From 0 to 1; 1 when nothing speaks against the hypothesis.</returns>
    public static double PValue(long events, long trials, double bound) => Math.Exp(-Math.Max(0, LogEvidence(events, trials, bound)));

    /// <summary>Logarithm of the evidence against the hypothesis: of how many times better higher rates explain what happened.</summary>
    public static double LogEvidence(long events, long trials, double bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, events);
        if (bound is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(bound), bound, "A bound is above 0 and below 1.");

        // The prior's mean is the bound, so that its part above the bound is of the bound's own size however rare the event.
        var (a, b) = (1.0, (1 - bound) / bound);
        var (posterior, other) = (a + events, b + trials - events);
        return Beta.Log(posterior, other) + Math.Log(Beta.Survival(bound, posterior, other))
            - Beta.Log(a, b) - Math.Log(Beta.Survival(bound, a, b))
            - (events * Math.Log(bound)) - ((trials - events) * Math.Log(1 - bound));
    }
}
