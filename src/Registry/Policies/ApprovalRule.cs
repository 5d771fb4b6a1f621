using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Registry.Gates;
using YamlDotNet.RepresentationModel;

namespace Assay.Registry.Policies;

/// <summary>Who may sit on a list of approvers: those who have a role in the project, or belong to a group.</summary>
internal sealed record ApproverSource(string Kind, string Name)
{
    public const string Role = "role";
    public const string Group = "group";
}

/// <summary>A human rule: so many people from these places, who decided within that time.</summary>
/// <param name="From">Any of these places will do.</param>
/// <param name="Count">Different humans.</param>
/// <param name="Within">How long a decision counts.</param>
internal sealed partial record ApprovalRule(IReadOnlyList<ApproverSource> From, int Count, TimeSpan Within)
{
    private const string FromKey = "from";
    private const string CountKey = "count";
    private const string WithinKey = "within";
    private const int CountMax = 20;
    private const int RulesMax = 10;
    private static readonly TimeSpan WithinDefault = TimeSpan.FromDays(30);
    private static readonly string[] Keys = [FromKey, CountKey, WithinKey];

    /// <summary>What to call the list, such as <c>role approver or group risk</c>.</summary>
    public string Places => string.Join(" or ", From.Select(source => $"{source.Kind} {source.Name}"));

    /// <summary>How long a decision counts, to read.</summary>
    public string WithinText => Within.TotalHours % 24 == 0 ? $"{Within.TotalDays:0} d" : $"{Within.TotalHours:0} h";

    /// <summary>Reads the value of <c>approvals</c>.</summary>
    /// <exception cref="InvalidPolicyException">It can't be used.</exception>
    public static List<ApprovalRule> ReadAll(YamlNode node)
    {
        if (node is not YamlSequenceNode { Children.Count: > 0 and <= RulesMax } list)
            throw new InvalidPolicyException(node.Start.Line, $"'approvals' must be a list of 1 to {RulesMax} rules; leave it out for none.");
        return [.. list.Children.Select(Read)];
    }

    private static ApprovalRule Read(YamlNode node)
    {
        if (node is not YamlMappingNode mapping)
            throw new InvalidPolicyException(node.Start.Line, "an approval rule is a mapping with 'from', and may have 'count' and 'within'.");
        var entries = mapping.Children.ToDictionary(entry => Text(entry.Key), entry => entry.Value, StringComparer.Ordinal);
        if (entries.Keys.FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
            throw new InvalidPolicyException(node.Start.Line, $"'{unknown}' is not known in an approval rule, which may have 'from', 'count', 'within'.");
        if (!entries.TryGetValue(FromKey, out var from))
            throw new InvalidPolicyException(node.Start.Line, "an approval rule needs 'from', such as {role: approver} or {group: risk}.");
        return new(
            Sources(from),
            entries.TryGetValue(CountKey, out var count) ? Number(count) : 1,
            entries.TryGetValue(WithinKey, out var within) ? Duration(within) : WithinDefault);
    }

    private static List<ApproverSource> Sources(YamlNode node)
    {
        var nodes = node is YamlSequenceNode list ? list.Children : [node];
        var sources = new List<ApproverSource>();
        foreach (var source in nodes)
        {
            if (source is not YamlMappingNode { Children.Count: 1 } mapping
                || Text(mapping.Children.Keys.First()) is not (ApproverSource.Role or ApproverSource.Group)
                || !mapping.Children.Values.All(value => value is YamlScalarNode { Value.Length: > 0 and <= 100 }))
            {
                throw new InvalidPolicyException(source.Start.Line, "'from' is written {role: NAME} or {group: NAME}, or a list of them.");
            }

            sources.Add(new(Text(mapping.Children.Keys.First()), Text(mapping.Children.Values.First())));
        }

        return sources.Count > 0 ? sources : throw new InvalidPolicyException(node.Start.Line, "'from' names nobody.");
    }

    private static int Number(YamlNode node) =>
        int.TryParse(Text(node), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= CountMax
            ? count
            : throw new InvalidPolicyException(node.Start.Line, $"'count' must be a whole number from 1 to {CountMax}, not '{Text(node)}'.");

    private static TimeSpan Duration(YamlNode node)
    {
        var match = DurationForm().Match(Text(node));
        var number = match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        if (number == 0)
            throw new InvalidPolicyException(node.Start.Line, $"'within' is written in hours or days, such as 12h or 30d, not '{Text(node)}'.");
        return match.Groups[2].Value == "h" ? TimeSpan.FromHours(number) : TimeSpan.FromDays(number);
    }

    private static string Text(YamlNode node) => node is YamlScalarNode { Value.Length: > 0 } scalar
        ? scalar.Value
        : throw new InvalidPolicyException(node.Start.Line, "an approval rule has plain keys and values.");

    [GeneratedRegex(@"^([0-9]{1,4})(h|d)\z")]
    private static partial Regex DurationForm();
}
