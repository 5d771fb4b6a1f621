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
            model.Troubled += Report;
    }

    public override ModelKind Kind => ModelKind.Graph;

    public override ModelSignature Signature { get; }

    /// <inheritdoc/>
    public override string Members { get; }

    public override string? Problem => _models.Values.Select(model => model.Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>Loads every member and checks that they fit together.</summary>
    /// <exception cref="InvalidModelException">The graph can't be used; the message names the place.</exception>
    public static async Task<GraphModel> Load(byte[] yaml, ModelSurroundings surroundings, CancellationToken cancel)
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

            return new(root, models);
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
        var answer = await Ask(_root, inputs, cancel);
        return outputs is null ? answer : [.. answer.Where(tensor => outputs.Contains(tensor.Name))];
    }

    private async Task<IReadOnlyList<NamedTensor>> Ask(GraphNode node, IReadOnlyList<NamedTensor> inputs, CancellationToken cancel)
    {
        var answer = node switch
        {
            MemberNode member => await AskMember(_models[KeyOf(member)], inputs, cancel),
            SequenceNode sequence => await AskInTurn(sequence, inputs, cancel),
            EnsembleNode ensemble => await AskAll(ensemble, inputs, cancel),
            SwitchNode branches => await Ask(Choose(branches, inputs), inputs, cancel),
            SplitterNode splitter => await Ask(Draw(splitter), inputs, cancel),
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

    private async Task<IReadOnlyList<NamedTensor>> AskInTurn(SequenceNode sequence, IReadOnlyList<NamedTensor> request, CancellationToken cancel)
    {
        IReadOnlyList<NamedTensor> inputs, answer = request;
        foreach (var step in sequence.Steps)
        {
            inputs = ReferenceEquals(step, sequence.Steps[0]) ? request : Passed(answer, request, _check.Of(step).Inputs);
            answer = await Ask(step, inputs, cancel);
        }

        return answer;
    }

    // The only tensor goes to the only input whatever it is called; else by name, and what is not answered comes from the request.
    private static IReadOnlyList<NamedTensor> Passed(IReadOnlyList<NamedTensor> answer, IReadOnlyList<NamedTensor> request, IReadOnlyList<TensorSpec> wanted) =>
        answer.Count == 1 && wanted.Count == 1
            ? [answer[0].As(wanted[0].Name)]
            : [.. answer, .. request.Where(input => answer.All(tensor => tensor.Name != input.Name))];

    private async Task<IReadOnlyList<NamedTensor>> AskAll(EnsembleNode ensemble, IReadOnlyList<NamedTensor> inputs, CancellationToken cancel)
    {
        var asked = ensemble.Members.Select(member => Ask(member.Node, inputs, cancel)).ToList();
        return TensorNumbers.Average(await Task.WhenAll(asked), [.. ensemble.Members.Select(member => member.Weight)]);
    }

    private static GraphNode Choose(SwitchNode branches, IReadOnlyList<NamedTensor> inputs)
    {
        foreach (var (when, node) in branches.Cases)
        {
            if (when?.Holds(inputs) != false)
                return node;
        }

        throw new InvalidInputException("No condition of the model's graph holds for these rows, and it has no way for the rest.");
    }

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
