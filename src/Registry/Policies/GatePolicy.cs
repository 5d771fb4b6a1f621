using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry.Gates;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Registry.Policies;

/// <summary>A policy as it is read: the rules, each with the task that it is for or null for both, and whom else it asks.</summary>
/// <param name="Rules">What is judged by itself.</param>
/// <param name="Approvals">Human rules; none when nobody need approve.</param>
/// <param name="Protects">Endpoints that may serve only what these humans let through; a name may end with a star.</param>
/// <param name="Digest">SHA-256 of the text.</param>
internal sealed record GatePolicy(
    IReadOnlyList<(GateRule Rule, ModelTask? Task)> Rules, IReadOnlyList<ApprovalRule> Approvals, IReadOnlyList<string> Protects, Digest Digest)
{
    public const int TextLengthMax = 64 * 1024;
    private const string TaskKey = "task";
    private const string RulesKey = "rules";
    private const string ApprovalsKey = "approvals";
    private const string ProtectsKey = "protects";
    private static readonly string[] Keys = [RulesKey, ApprovalsKey, ProtectsKey];

    /// <summary>Reads YAML and refuses what no gate knows.</summary>
    /// <exception cref="InvalidPolicyException">It can't be used.</exception>
    public static GatePolicy Read(string yaml, IReadOnlyDictionary<string, IGate> gates)
    {
        var sections = Sections(yaml);
        var rules = new List<(GateRule, ModelTask?)>();
        if (sections.GetValueOrDefault(RulesKey) is not YamlSequenceNode list)
            throw new InvalidPolicyException(sections.Values.FirstOrDefault()?.Start.Line ?? 1, "'rules' must be a list of rules.");
        foreach (var node in list.Children)
        {
            var (rule, task) = ReadRule(node, gates);
            gates[rule.Kind].Check(rule);
            rules.Add((rule, task));
        }

        return ReadHumanRules(yaml) with { Rules = rules };
    }

    /// <summary>What a policy says about people, whatever kinds of rules it has: some may be gone from this host by now.</summary>
    /// <exception cref="InvalidPolicyException">It can't be used.</exception>
    public static GatePolicy ReadHumanRules(string yaml)
    {
        var sections = Sections(yaml);
        return new(
            [],
            sections.TryGetValue(ApprovalsKey, out var approvals) ? ApprovalRule.ReadAll(approvals) : [],
            sections.TryGetValue(ProtectsKey, out var protects) ? Endpoints(protects) : ["*"],
            Digest.Of(System.Text.Encoding.UTF8.GetBytes(yaml)));
    }

    /// <summary>Whether an endpoint may serve only what the human rules let through.</summary>
    public bool IsProtected(string endpoint) => Approvals.Count > 0 && Protects.Any(pattern =>
        pattern.EndsWith('*') ? endpoint.StartsWith(pattern[..^1], StringComparison.Ordinal) : endpoint == pattern);

    private static Dictionary<string, YamlNode> Sections(string yaml)
    {
        if (Load(yaml) is not { } document)
            throw new InvalidPolicyException(1, "the policy is empty; it must have 'rules'.");
        if (document is not YamlMappingNode mapping)
            throw new InvalidPolicyException(document.Start.Line, "the policy must be a mapping with the key 'rules'.");
        foreach (var key in mapping.Children.Keys.Where(key => !Keys.Any(known => IsText(key, known))))
            throw new InvalidPolicyException(key.Start.Line, $"'{key}' is not known here; a policy has 'rules', and may have 'approvals' and 'protects'.");
        return mapping.Children.ToDictionary(entry => Text(entry.Key), entry => entry.Value, StringComparer.Ordinal);
    }

    private static List<string> Endpoints(YamlNode node) => node is YamlSequenceNode list
        ? [.. list.Children.Select(Text)]
        : throw new InvalidPolicyException(node.Start.Line, "'protects' must be a list of endpoints' names, which may end with a star.");

    private static YamlNode? Load(string yaml)
    {
        try
        {
            var stream = YamlText.Read(yaml);
            return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        }
        catch (YamlException problem)
        {
            throw new InvalidPolicyException(problem.Start.Line, $"this is not YAML ({problem.Message}).");
        }
    }

    private static (GateRule Rule, ModelTask? Task) ReadRule(YamlNode node, IReadOnlyDictionary<string, IGate> gates)
    {
        if (node is not YamlMappingNode mapping)
            throw new InvalidPolicyException(node.Start.Line, $"a rule is written 'KIND: SUBJECT', with a kind of {Known(gates)}.");
        var entries = mapping.Children.Select(entry => (Key: Text(entry.Key), Value: Text(entry.Value), entry.Key.Start.Line)).ToList();
        var kinds = entries.Where(entry => gates.ContainsKey(entry.Key)).ToList();
        if (kinds.Count != 1)
        {
            throw new InvalidPolicyException(
                node.Start.Line,
                kinds.Count == 0
                    ? $"'{string.Join("', '", entries.Select(entry => entry.Key))}' is not known; a rule has a kind of {Known(gates)}."
                    : $"a rule has one kind, not {string.Join(" and ", kinds.Select(kind => $"'{kind.Key}'"))}; write two rules.");
        }

        var gate = gates[kinds[0].Key];
        foreach (var (key, _, line) in entries.Where(entry => entry.Key != gate.Kind && entry.Key != TaskKey && !gate.Settings.Contains(entry.Key)))
            throw new InvalidPolicyException(line, $"'{key}' is not known in a rule of kind '{gate.Kind}', which may have {Known(gate)}.");

        var settings = entries.Where(entry => entry.Key != gate.Kind && entry.Key != TaskKey).ToDictionary(entry => entry.Key, entry => entry.Value);
        var rule = new GateRule(gate.Kind, kinds[0].Value, settings, node.Start.Line);
        return (rule, TaskOf(rule, entries.FirstOrDefault(entry => entry.Key == TaskKey).Value));
    }

    private static ModelTask? TaskOf(GateRule rule, string? text) => text switch
    {
        null => null,
        "classification" => ModelTask.Classification,
        "regression" => ModelTask.Regression,
        _ => throw rule.Invalid($"'{TaskKey}' must be 'classification' or 'regression', not '{text}'."),
    };

    private static string Text(YamlNode node) => node is YamlScalarNode { Value.Length: > 0 } scalar
        ? scalar.Value
        : throw new InvalidPolicyException(node.Start.Line, "a rule has plain keys, each with a plain value.");

    private static bool IsText(YamlNode node, string text) => node is YamlScalarNode scalar && scalar.Value == text;

    private static string Known(IReadOnlyDictionary<string, IGate> gates) =>
        string.Join(", ", gates.Keys.Order(StringComparer.Ordinal).Select(kind => $"'{kind}'"));

    private static string Known(IGate gate) => string.Join(", ", gate.Settings.Append(TaskKey).Select(setting => $"'{setting}'"));
}
