using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Graphs;

/// <summary>Whether the members of a graph fit together, and what it takes and gives as a whole.</summary>
internal sealed class GraphCheck(IReadOnlyDictionary<string, ServedModel> models)
{
    private readonly Dictionary<string, ModelSignature> _signatures = new(StringComparer.Ordinal);

    /// <summary>What a node that was checked takes and gives.</summary>
    public ModelSignature Of(GraphNode node) => _signatures[node.Place];

    /// <exception cref="InvalidModelException">Two don't fit; the message names the place.</exception>
    public ModelSignature Signature(GraphNode node)
    {
        var signature = node switch
        {
            MemberNode member => models[GraphModel.KeyOf(member)].Signature,
            SequenceNode sequence => InTurn(sequence),
            EnsembleNode ensemble => Averaged(ensemble),
            SwitchNode branches => Chosen(branches),
            SplitterNode splitter => OneOf([.. splitter.Members.Select(member => member.Node)]),
            _ => throw new InvalidModelException($"{GraphFile.File}: '{node.Place}' is not known."),
        };
        if (node.Rename.Keys.FirstOrDefault(name => signature.Outputs.Count > 0 && signature.Outputs.All(output => output.Name != name)) is { } unknown)
            throw Wrong($"{node.Place}.rename", $"names '{unknown}', which is no output there");
        return _signatures[node.Place] = signature with { Outputs = [.. signature.Outputs.Select(output => node.Rename.TryGetValue(output.Name, out var name) ? output with { Name = name } : output)] };
    }

    private ModelSignature InTurn(SequenceNode sequence)
    {
        var signatures = sequence.Steps.Select(Signature).ToList();
        var inputs = signatures[0].Inputs.ToList();
        for (var step = 1; step < signatures.Count; step++)
        {
            var (before, after) = (signatures[step - 1].Outputs, signatures[step].Inputs);
            if (before.Count == 0 || after.Count == 0)
                continue;   // a program that tells nothing of what it takes or gives
            if (before.Count == 1 && after.Count == 1)
            {
                CheckFit(sequence.Steps[step].Place, after[0], before[0]);
                continue;
            }

            foreach (var input in after)
            {
                if (before.FirstOrDefault(output => output.Name == input.Name) is { } given)
                    CheckFit(sequence.Steps[step].Place, input, given);
                else if (inputs.FirstOrDefault(known => known.Name == input.Name) is { } asked)
                    CheckFit(sequence.Steps[step].Place, input, asked);
                else if (!input.Optional)
                    inputs.Add(input);   // then the request has to bring it
            }
        }

        return new(inputs, signatures[^1].Outputs);
    }

    private ModelSignature Averaged(EnsembleNode ensemble)
    {
        List<GraphNode> nodes = [.. ensemble.Members.Select(member => member.Node)];
        var whole = OneOf(nodes);
        var numbers = whole.Outputs.Where(output => output.Datatype is "FP32" or "FP64").ToList();
        if (numbers.Count == 0 && whole.Outputs.Count > 0)
            throw Wrong(ensemble.Place, "has members without an FP32 or FP64 output, so that there is nothing to average");
        foreach (var node in nodes)
            CheckMean(node, numbers, whole.Inputs);
        return whole with { Outputs = numbers };
    }

    // All are asked the same, unlike the ways of a switch or splitter, of which a request may fit one alone.
    private void CheckMean(GraphNode node, List<TensorSpec> means, IReadOnlyList<TensorSpec> asked)
    {
        var (inputs, outputs) = Of(node);
        foreach (var input in inputs)
            CheckFit(node.Place, input, asked.First(same => same.Name == input.Name));
        foreach (var mean in means)
        {
            var own = outputs.FirstOrDefault(output => output.Name == mean.Name) ?? (outputs.Count == 1 ? outputs[0] : null);
            if (own is { Datatype: "BYTES" or "BF16" })
                throw Wrong(node.Place, $"answers '{own.Name}' as {own.Datatype}, and the first member '{mean.Name}' as {mean.Datatype}, which have no mean");
            if (own is not null && CanNotBeOne(own, mean))
                throw Wrong(node.Place, $"answers '{own.Name}' in the shape {TensorShape.Show(own.Shape)}, and the first member '{mean.Name}' in {TensorShape.Show(mean.Shape)}, which have no mean");
        }
    }

    private ModelSignature Chosen(SwitchNode branches)
    {
        var whole = OneOf([.. branches.Cases.Select(branch => branch.Node)]);
        var inputs = whole.Inputs.ToList();
        foreach (var (when, node) in branches.Cases)
        {
            if (when is null)
                continue;
            var input = inputs.Find(input => input.Name == when.Input) ?? throw Wrong(node.Place, $"is chosen by '{when.Input}', which no member takes");
            if (when.WhyNot(input.Datatype) is { } problem)
                throw Wrong(node.Place, $"is chosen by '{when.Input}', {problem}");
        }

        return whole;
    }

    // What one takes, the others take too; outputs are those that all have, or each one's only one under the first's name.
    private ModelSignature OneOf(List<GraphNode> nodes)
    {
        var signatures = nodes.Select(Signature).ToList();
        var inputs = signatures[0].Inputs.ToList();
        for (var at = 1; at < nodes.Count; at++)
        {
            foreach (var input in signatures[at].Inputs)
            {
                if (inputs.Find(known => known.Name == input.Name) is { } same)
                    CheckType(nodes[at].Place, input, same);
                else
                    inputs.Add(input);
            }
        }

        var common = signatures.TrueForAll(signature => signature.Outputs.Count == 1)
            ? signatures[0].Outputs
            : [.. signatures[0].Outputs.Where(output => signatures.TrueForAll(signature => signature.Outputs.Any(other => other.Name == output.Name)))];
        return common.Count > 0 || signatures.Exists(signature => signature.Outputs.Count == 0)
            ? new(inputs, common)
            : throw Wrong(nodes[0].Place, "and its neighbours have no output in common; give them the same names with 'rename'");
    }

    private static void CheckType(string place, TensorSpec wanted, TensorSpec given)
    {
        if (wanted.Datatype != given.Datatype)
            throw Wrong(place, $"takes '{wanted.Name}' as {wanted.Datatype}, and it comes as {given.Datatype}");
    }

    private static void CheckFit(string place, TensorSpec wanted, TensorSpec given)
    {
        CheckType(place, wanted, given);
        if (CanNotBeOne(wanted, given) && !AreColumns(wanted.Shape, given.Shape))
            throw Wrong(place, $"takes '{wanted.Name}' in the shape {TensorShape.Show(wanted.Shape)}, and it comes in {TensorShape.Show(given.Shape)}");
    }

    // What is open altogether may be anything; columns come one after the other or side by side, as it suits whoever is asked.
    private static bool CanNotBeOne(TensorSpec one, TensorSpec other) =>
        one.Shape.Count > 0 && other.Shape.Count > 0 && !one.IsColumn && !other.IsColumn
        && (one.Shape.Count != other.Shape.Count || one.Shape.Zip(other.Shape).Any(sizes => sizes is { First: >= 0, Second: >= 0 } && sizes.First != sizes.Second));

    // [rows] where [rows, 1] is taken, as tables do.
    private static bool AreColumns(IReadOnlyList<long> one, IReadOnlyList<long> other) =>
        (one.Count, other.Count) is (1, 2) or (2, 1) && one[^1] is -1 or 1 && other[^1] is -1 or 1;

    private static InvalidModelException Wrong(string place, string what) => new($"{GraphFile.File}: '{place}' {what}.");
}
