using System.Collections.Concurrent;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Graphs;

/// <summary>Several models that answer as one. Each member is one version, and stays that version for as long as the graph is loaded.</summary>
internal sealed class GraphModel : ServedModel
{
    private readonly GraphNode _root;
    private readonly IReadOnlyDictionary<string, ServedModel> _models;
    private readonly GraphCheck _check;
    private int _disposed;

    private GraphModel(GraphNode root, IReadOnlyDictionary<string, ServedModel> models)
    {
        (_root, _models, _check) = (root, models, new(models));
        Signature = _check.Signature(root);
        Members = string.Join(", ", models.Keys);
        foreach (var model in models.Values)
        {
            model.Troubled += Report;
            model.Noticed += Notice;
        }
    }

    public override ModelKind Kind => ModelKind.Graph;

    public override ModelSignature Signature { get; }

    /// <inheritdoc/>
    public override string Members { get; }

    public override string? Problem => _models.Values.Select(model => model.Problem).FirstOrDefault(problem => problem is not null);

    /// <inheritdoc/>
    internal override ExplainedModel Explained
    {
        get
        {
            // What was drawn once stays so: else chance would be explained.
            var drawn = new ConcurrentDictionary<string, GraphNode>(StringComparer.Ordinal);
            return new(async (inputs, cancel) => await Ask(_root, inputs, drawn, cancel), Signature);
        }
    }

    /// <summary>Loads every member and checks that they fit together.</summary>
    /// <exception cref="InvalidModelException">The graph can't be used; the message names the place.</exception>
    public static async Task<ServedModel> Load(byte[] yaml, ModelSurroundings surroundings, CancellationToken cancel)
    {
        var root = GraphFile.Read(yaml);
        if (surroundings.Member is not { } load)
            throw new InvalidModelException("The model is a graph of models, and this server knows no others.");
        var models = new Dictionary<string, ServedModel>(StringComparer.Ordinal);
        try
        {
            foreach (var member in GraphFile.Members(root))
            {
                if (!int.TryParse(member.Version, out _))
                    throw new InvalidModelException($"{GraphFile.File}: '{member.Place}' names a version by '{member.Version}'. Write its number, so that the graph stays what was tested.");
                if (!models.ContainsKey(KeyOf(member)))
                    models.Add(KeyOf(member), await load(member.Model, member.Version, cancel));
            }

            var graph = new GraphModel(root, models);
            List<InferenceModel> tables = [.. GraphFile.Members(root).Select(member => models[KeyOf(member)]).OfType<InferenceModel>()];
            return (ServedModel?)TableGraph.Of(graph, root, tables, member => models[KeyOf(member)]) ?? graph;
        }
        catch
        {
            foreach (var model in models.Values)
                model.Dispose();
            throw;
        }
    }

    /// <summary>How a member is called among the loaded ones, and in answers.</summary>
    public static string KeyOf(MemberNode member) => $"{member.Model}/{member.Version}";

    public override async ValueTask<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel)
    {
        TensorErrors.CheckNames(inputs, Signature);
        if (outputs?.FirstOrDefault(output => !Signature.Outputs.Any(spec => spec.Name == output)) is { } unknown)
            throw TensorErrors.UnknownOutput(unknown, Signature);
        var answer = await Ask(_root, inputs, null, cancel);
        return outputs is null ? answer : [.. answer.Where(tensor => outputs.Contains(tensor.Name))];
    }

    private async Task<IReadOnlyList<NamedTensor>> Ask(GraphNode node, IReadOnlyList<NamedTensor> inputs, ConcurrentDictionary<string, GraphNode>? drawn, CancellationToken cancel)
    {
        var answer = node switch
        {
            MemberNode member => await AskMember(_models[KeyOf(member)], inputs, cancel),
            SequenceNode sequence => await AskInTurn(sequence, inputs, drawn, cancel),
            EnsembleNode ensemble => await AskAll(ensemble, inputs, drawn, cancel),
            SwitchNode branches => await AskChosen(branches, inputs, drawn, cancel),
            SplitterNode splitter => await Ask(drawn?.GetOrAdd(splitter.Place, _ => Draw(splitter)) ?? Draw(splitter), inputs, drawn, cancel),
            _ => throw new InvalidOperationException($"There is no way to ask {node.Place}."),
        };
        return node.Rename.Count == 0 ? answer : [.. answer.Select(tensor => node.Rename.TryGetValue(tensor.Name, out var name) ? tensor.As(name) : tensor)];
    }

    // A member gets what it takes of what there is.
    private static async Task<IReadOnlyList<NamedTensor>> AskMember(ServedModel model, IReadOnlyList<NamedTensor> inputs, CancellationToken cancel)
    {
        var wanted = model.Signature.Inputs;
        return await model.Infer(wanted.Count == 0 ? inputs : [.. inputs.Where(input => wanted.Any(spec => spec.Name == input.Name))], null, cancel);
    }

    private async Task<IReadOnlyList<NamedTensor>> AskInTurn(
        SequenceNode sequence, IReadOnlyList<NamedTensor> request, ConcurrentDictionary<string, GraphNode>? drawn, CancellationToken cancel)
    {
        IReadOnlyList<NamedTensor> inputs, answer = request;
        foreach (var step in sequence.Steps)
        {
            inputs = ReferenceEquals(step, sequence.Steps[0]) ? request : Passed(answer, request, _check.Of(step).Inputs);
            answer = await Ask(step, inputs, drawn, cancel);
        }

        return answer;
    }

    // The only tensor goes to the only input whatever it is called; else by name, and what is not answered comes from the request.
    private static IReadOnlyList<NamedTensor> Passed(IReadOnlyList<NamedTensor> answer, IReadOnlyList<NamedTensor> request, IReadOnlyList<TensorSpec> wanted) =>
        answer.Count == 1 && wanted.Count == 1
            ? [answer[0].As(wanted[0].Name)]
            : [.. answer, .. request.Where(input => answer.All(tensor => tensor.Name != input.Name))];

    private async Task<IReadOnlyList<NamedTensor>> AskAll(
        EnsembleNode ensemble, IReadOnlyList<NamedTensor> inputs, ConcurrentDictionary<string, GraphNode>? drawn, CancellationToken cancel)
    {
        var asked = ensemble.Members.Select(member => Ask(member.Node, inputs, drawn, cancel)).ToList();
        return TensorNumbers.Average(await Task.WhenAll(asked), [.. ensemble.Members.Select(member => member.Weight)]);
    }

    // Rows that go different ways are asked about apart, and the answers put together again.
    private async Task<IReadOnlyList<NamedTensor>> AskChosen(
        SwitchNode branches, IReadOnlyList<NamedTensor> inputs, ConcurrentDictionary<string, GraphNode>? drawn, CancellationToken cancel)
    {
        var ways = Choose(branches, inputs);
        if (ways is [(var only, null)])
            return await Ask(only, inputs, drawn, cancel);
        if (TensorRows.CountOf(inputs) is not { } rows || ways.Sum(way => way.Rows!.Count) != rows)
            throw Unequal();
        var answers = new List<IReadOnlyList<NamedTensor>>();
        foreach (var (node, its) in ways)
            answers.Add(await Ask(node, TensorRows.Take(inputs, rows, its!), drawn, cancel));
        return TensorRows.Merge(answers, [.. ways.Select(way => way.Rows!)]);
    }

    // Which rows go which way; null for all of them.
    private static List<(GraphNode Node, List<int>? Rows)> Choose(SwitchNode branches, IReadOnlyList<NamedTensor> inputs)
    {
        var ways = new List<(GraphNode Node, List<int>? Rows)>();
        List<int>? left = null;
        foreach (var (when, node) in branches.Cases)
        {
            var holds = when?.Of(inputs) ?? [true];
            if (holds is [] || !holds.Contains(!holds[0]))
            {
                if (holds is not [true, ..])
                    continue;
                ways.Add((node, left));
                return ways;
            }

            left ??= [.. Enumerable.Range(0, holds.Count)];
            if (left[^1] >= holds.Count)
                throw Unequal();
            List<int> its = [.. left.Where(row => holds[row])];
            if (its.Count == 0)
                continue;
            ways.Add((node, its));
            left.RemoveAll(row => holds[row]);
            if (left.Count == 0)
                return ways;
        }

        throw new InvalidInputException("No condition of the model's graph holds for some of these rows, and it has no way for the rest.");
    }

    private static InvalidInputException Unequal() => new("The rows go different ways in the model's graph, and not every input has one element for each. Send them in separate requests.");

    private static GraphNode Draw(SplitterNode splitter)
    {
        var left = Random.Shared.NextDouble() * splitter.Members.Sum(member => member.Weight);
        foreach (var (node, weight) in splitter.Members)
        {
            left -= weight;
            if (left < 0)
                return node;
        }

        return splitter.Members[^1].Node;
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var model in _models.Values)
            model.Dispose();
    }
}
