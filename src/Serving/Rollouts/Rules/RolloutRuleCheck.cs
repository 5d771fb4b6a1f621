using System.Text.RegularExpressions;
using Assay.Kernel.Refusals;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>What rules over metrics may say, before a roll-out begins.</summary>
internal static partial class RolloutRuleCheck
{
    /// <exception cref="Refusal">A rule can't be judged.</exception>
    public static void Check(IReadOnlyList<RolloutRule> rules)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var place = 0; place < rules.Count; place++)
        {
            var (rule, field) = (rules[place], $"analysis.rules[{place}]");
            if (rule is null)
                throw Refusal.Invalid(field, "A rule is an object with name and breachedWhen, and one of them is null.");
            if (!Name().IsMatch(rule.Name) || !names.Add(rule.Name))
                throw Refusal.Invalid($"{field}.name", $"'{rule.Name}' is no name of a rule: it has small letters, digits and dashes, begins with a letter, and is there once.");
            Check(rule, $"{field}.breachedWhen");
        }
    }

    private static void Check(RolloutRule rule, string field)
    {
        try
        {
            foreach (var read in RuleParser.Parse(rule.BreachedWhen).All().OfType<MetricRead>())
            {
                if (read.Selector.Labels.Any(label => label.Name == SeriesSelector.Project))
                    throw Refusal.Invalid(field, "A rule reads the metrics of its endpoint's project anyway. Leave the label project out.");
                if (!MetricNames.IsKnown(read.Selector.Metric))
                    throw Refusal.Invalid(field, $"There is no metric '{read.Selector.Metric}' here. The reference of metrics lists them; of a histogram take _count or _sum, or its _bucket within histogram_quantile.");
                if (read.Quantile is null && MetricNames.IsBucket(read.Selector.Metric))
                    throw Refusal.Invalid(field, $"'{read.Text}' reads the buckets of a histogram. Put histogram_quantile(0.99, rate({read.Selector.Metric}[5m])) in its place.");
            }
        }
        catch (FormatException problem)
        {
            throw Refusal.Invalid(field, $"The rule can't be read. {problem.Message}");
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,39}\z")]
    private static partial Regex Name();
}
