using System.Globalization;
using System.Text;
using Assay.Inference.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Inference.Graphs;

/// <summary><c>graph.yaml</c>: a graph of models as it is written.</summary>
internal static class GraphFile
{
    public const string File = "graph.yaml";
    private const int BytesMax = 1 << 18;
    private const int DepthMax = 8;
    private const int MembersMax = 50;
    private static readonly string[] Kinds = ["model", "sequence", "ensemble", "switch", "splitter"];

    /// <exception cref="InvalidModelException">It can't be used; the message names the place.</exception>
    public static GraphNode Read(byte[] bytes)
    {
        if (bytes.Length > BytesMax)
            throw new InvalidModelException($"{File} is larger than 256 KiB.");
        try
        {
            var yaml = YamlText.Read(Encoding.UTF8.GetString(bytes));
            var left = MembersMax;
            return yaml.Documents is [{ RootNode: YamlMappingNode root }]
                ? Node(root, "", [], 0, ref left)
                : throw new InvalidModelException($"{File} is not one mapping.");
        }
        catch (YamlException problem)
        {
            throw new InvalidModelException($"{File} can't be read: {problem.Message}", problem);
        }
    }

    /// <summary>Every member, each as often as it stands there.</summary>
    public static IEnumerable<MemberNode> Members(GraphNode node) => node switch
    {
        MemberNode member => [member],
        SequenceNode sequence => sequence.Steps.SelectMany(Members),
        EnsembleNode ensemble => ensemble.Members.SelectMany(member => Members(member.Node)),
        SwitchNode branches => branches.Cases.SelectMany(branch => Members(branch.Node)),
        SplitterNode splitter => splitter.Members.SelectMany(member => Members(member.Node)),
        _ => [],
    };

    /// <summary>Who says what is predicted; the neighbours of an ensemble predict the same.</summary>
    public static MemberNode Last(GraphNode node) => node switch
    {
        MemberNode member => member,
        SequenceNode sequence => Last(sequence.Steps[^1]),
        EnsembleNode ensemble => Last(ensemble.Members[0].Node),
        SwitchNode branches => Last(branches.Cases[0].Node),
        SplitterNode splitter => Last(splitter.Members[0].Node),
        _ => throw new InvalidOperationException($"There is no last member of {node.Place}."),
    };

    private static GraphNode Node(YamlMappingNode node, string outer, string[] more, int depth, ref int left)
    {
        var known = Kinds.Concat(["rename"]).Concat(more).ToArray();
        if (node.Children.Keys.FirstOrDefault(key => !known.Contains((key as YamlScalarNode)?.Value)) is { } unknown)
            throw Wrong(outer, $"has '{unknown}', which is not known there; it has {string.Join(", ", known)}");
        var kinds = Kinds.Where(kind => node.Children.ContainsKey(new YamlScalarNode(kind))).ToList();
        if (kinds.Count != 1)
            throw Wrong(outer, $"has {(kinds.Count == 0 ? "none" : "more than one")} of {string.Join(", ", Kinds)}");
        var place = outer.Length == 0 ? kinds[0] : $"{outer}.{kinds[0]}";
        if (depth == DepthMax)
            throw Wrong(place, $"stands more than {DepthMax} deep");
        var (rename, value) = (Renames(node, place), node.Children[new YamlScalarNode(kinds[0])]);
        if (kinds[0] == "model")
            return Member(value, place, rename, ref left);
        if (value is not YamlSequenceNode { Children.Count: > 0 } list)
            throw Wrong(place, value is YamlSequenceNode ? "is empty" : "is not a list");
        return kinds[0] switch
        {
            "sequence" => new SequenceNode(place, rename, [.. Items(list, place, [], depth, ref left).Select(item => item.Node)]),
            "switch" => new SwitchNode(place, rename, Cases(Items(list, place, ["when"], depth, ref left), place)),
            "ensemble" => new EnsembleNode(place, rename, Weighed(Items(list, place, ["weight"], depth, ref left))),
            _ => new SplitterNode(place, rename, Weighed(Items(list, place, ["weight"], depth, ref left))),
        };
    }

    private static List<(GraphNode Node, YamlMappingNode Item, string Place)> Items(YamlSequenceNode list, string place, string[] more, int depth, ref int left)
    {
        var items = new List<(GraphNode, YamlMappingNode, string)>();
        foreach (var child in list.Children)
        {
            var at = $"{place}[{items.Count}]";
            var item = child as YamlMappingNode ?? throw Wrong(at, "is not a mapping");
            items.Add((Node(item, at, more, depth + 1, ref left), item, at));
        }

        return items;
    }

    private static MemberNode Member(YamlNode value, string place, Dictionary<string, string> rename, ref int left)
    {
        const string Scheme = "models:/";
        if (left-- == 0)
            throw Wrong(place, $"is one model too many; a graph has at most {MembersMax}");
        var text = (value as YamlScalarNode)?.Value ?? "";
        return text.StartsWith(Scheme, StringComparison.Ordinal) && text[Scheme.Length..].Split('/') is [{ Length: > 0 } model, { Length: > 0 } version]
            ? new(place, rename, model, version)
            : throw Wrong(place, "is not written models:/NAME/VERSION");
    }

    private static List<(GraphNode Node, double Weight)> Weighed(List<(GraphNode Node, YamlMappingNode Item, string Place)> items)
    {
        var weighed = items.ConvertAll(item => (item.Node, Weight: Text(item.Item, "weight") is not { } text ? 1
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight is >= 0 and < 1e9 ? weight
            : throw Wrong($"{item.Place}.weight", "is not a number from 0 on")));
        return weighed.Sum(item => item.Weight) > 0 ? weighed : throw Wrong($"{items[0].Place}.weight", "is 0, and so are the others");
    }

    private static List<(Condition? When, GraphNode Node)> Cases(List<(GraphNode Node, YamlMappingNode Item, string Place)> items, string place)
    {
        var cases = items.ConvertAll(item => (When: Text(item.Item, "when") is not { } text ? null
            : Condition.Read(text) ?? throw Wrong($"{item.Place}.when", "is not written INPUT = VALUE, with =, !=, <, <=, > or >="), item.Node));
        return cases.FindIndex(item => item.When is null) is var open && (open < 0 || open == cases.Count - 1)
            ? cases
            : throw Wrong($"{place}[{open}]", "has no 'when', which only the last one may lack");
    }

    private static Dictionary<string, string> Renames(YamlMappingNode node, string place)
    {
        if (!node.Children.TryGetValue(new YamlScalarNode("rename"), out var value))
            return [];
        return value is YamlMappingNode map && map.Children.All(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode })
            ? map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!, StringComparer.Ordinal)
            : throw Wrong($"{place}.rename", "is not a mapping from an output to its new name");
    }

    private static string? Text(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(new YamlScalarNode(name), out var value) ? (value as YamlScalarNode)?.Value ?? "" : null;

    private static InvalidModelException Wrong(string place, string what) => new($"{File}: {(place.Length == 0 ? "the graph" : $"'{place}'")} {what}.");
}
