using System.Globalization;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Rules;
using Assay.Serving;

namespace Assay.Monitoring.Attribution;

/// <summary>
/// Judges a comparison of attributions by the rules. The change, 1 less the agreement, is above a bound when the lower end of
/// its interval is.
/// </summary>
internal sealed class AttributionRules(AssayDb db, AlertBook book)
{
    private const int InputsTold = 10;

    /// <summary>Raises or closes the alert; saves nothing.</summary>
    public async Task Judge(ServedEndpoint served, AttributionResult result, CancellationToken cancel)
    {
        var rules = (await db.RulesOf(served.Name, cancel)).Of(RuleSignal.AttributionChange).ToList();
        if (rules.Count == 0)
        {
            await book.Calm(served.Name, AlertSources.Attribution, "There is no rule on attributions any more.", cancel);
            return;
        }

        List<AttributionResult> newest = [result, .. (await db.ReasonsOf(served.Name, rules.Max(rule => rule.Windows), cancel)).Where(each => each.ModelVersion == result.ModelVersion && each.Id != result.Id)];
        var breached = rules.FindAll(rule => newest.Count >= rule.Windows && newest.Take(rule.Windows).All(each => IsAbove(rule, each)));
        if (breached.Count > 0)
            await book.Raise(Found(served, result, breached), cancel);
        else if (rules.TrueForAll(rule => result.Current.Drawn >= rule.MinimumRows && !IsAbove(rule, result)))
            await book.Calm(served.Name, AlertSources.Attribution, string.Create(CultureInfo.InvariantCulture, $"In {result.Current.Drawn:N0} explained rows the inputs matter in the order of the reference again."), cancel);
    }

    private static bool IsAbove(AlertRule rule, AttributionResult result) =>
        result.Current.Drawn >= rule.MinimumRows && 1 - result.Interval.High > rule.Above;

    private static Finding Found(ServedEndpoint served, AttributionResult result, List<AlertRule> breached)
    {
        var bound = breached.Max(rule => rule.Above)!.Value;
        var most = result.Inputs[0];
        var rows = result.Current.Drawn;
        return new(
            served.Name, AlertSources.Attribution, breached.Max(rule => rule.Severity),
            string.Create(CultureInfo.InvariantCulture, $"Predictions of {served.Name}, version {served.Version}, have other reasons than in the reference: the order of the inputs agrees by {result.Agreement:0.###}, bound {1 - bound:0.###}; {most.Input} has {most.Share:P0} of the attributions, and had {most.ReferenceShare:P0}; {rows:N0} rows since {Finding.Moment(result.Current.From)}."))
        {
            Model = served.Model,
            Version = served.Version,
            Since = result.Current.From,
            Signals =
            [
                new("order of the inputs", "1 less the agreement (NDCG) with the reference", 1 - result.Agreement, bound, rows),
                .. result.Inputs.Take(InputsTold).Select(input => new AlertSignal(input.Input, "change of its share of the attributions", input.Difference, 0, rows)),
            ],
        };
    }
}
