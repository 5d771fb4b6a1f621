using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Assay.Inference.Onnx;

/// <summary>The inputs and outputs of a graph, as the runtime reads them.</summary>
internal sealed class OnnxSignature
{
    private const long ZerosElementsMax = 1 << 22;
    private readonly Dictionary<string, string[]> _symbols;
    private readonly List<string> _outputs;

    private OnnxSignature(ModelSignature signature, Dictionary<string, string[]> symbols, List<string> outputs) =>
        (Signature, _symbols, _outputs) = (signature, symbols, outputs);

    public ModelSignature Signature { get; }

    /// <exception cref="InvalidModelException">An input or output is nothing that can be sent.</exception>
    public static OnnxSignature Of(InferenceSession session) => new(
        new([.. session.InputNames.Select(name => Input(name, session.InputMetadata[name]))],
            [.. session.OutputNames.SelectMany(name => Output(name, session.OutputMetadata[name]))]),
        session.InputNames.ToDictionary(name => name, name => session.InputMetadata[name].SymbolicDimensions ?? [], StringComparer.Ordinal),
        [.. session.OutputNames]);

    /// <summary>The graph's outputs that have to be computed for the ones that are asked for.</summary>
    /// <exception cref="InvalidInputException">There is no such output.</exception>
    public IReadOnlyList<string> Resolve(IReadOnlyCollection<string>? wanted)
    {
        if (wanted is null)
            return _outputs;
        var found = new List<string>();
        foreach (var name in wanted)
        {
            var output = name.EndsWith(OnnxOutputs.ClassesSuffix, StringComparison.Ordinal) && !_outputs.Contains(name) ? name[..^OnnxOutputs.ClassesSuffix.Length] : name;
            if (!_outputs.Contains(output) || !Signature.Outputs.Any(spec => spec.Name == name))
                throw TensorErrors.UnknownOutput(name, Signature);
            if (!found.Contains(output))
                found.Add(output);
        }

        return found;
    }

    /// <exception cref="InvalidInputException">An input is missing, unknown, or of another type or shape.</exception>
    public void Check(IReadOnlyList<NamedTensor> inputs)
    {
        TensorErrors.CheckNames(inputs, Signature);
        foreach (var input in inputs)
        {
            var wanted = Signature.Inputs.First(spec => spec.Name == input.Name);
            TensorErrors.CheckType(input, wanted);
            TensorErrors.CheckShape(input, wanted);
        }
    }

    /// <summary>Two inputs that have a dimension of the same name and different sizes: what a failure is most likely about.</summary>
    public InvalidInputException? FindDisagreement(IReadOnlyList<NamedTensor> inputs)
    {
        var seen = new Dictionary<string, (string Input, long Size)>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            foreach (var (symbol, size) in _symbols[input.Name].Zip(input.Shape).Where(pair => pair.First.Length > 0))
            {
                if (!seen.TryAdd(symbol, (input.Name, size)) && seen[symbol].Size != size)
                    return new($"Input '{input.Name}' has {size} as its '{symbol}', and input '{seen[symbol].Input}' has {seen[symbol].Size}. Send the same in both.", column: input.Name);
            }
        }

        return null;
    }

    /// <summary>Inputs of zeros and empty texts, of size 1 where the size is free.</summary>
    public IReadOnlyList<NamedTensor> Zeros() => [.. Signature.Inputs.Select(spec => Zero(spec, [.. spec.Shape.Select(size => size < 0 ? 1 : size)]))];

    /// <summary>Zeros and empty texts in the place of an input, in another shape.</summary>
    /// <exception cref="InvalidInputException">They would be too large to be made up.</exception>
    public NamedTensor Zero(string input, IReadOnlyList<long> shape) => Zero(Signature.Inputs.First(spec => spec.Name == input), [.. shape]);

    private static NamedTensor Zero(TensorSpec spec, long[] shape)
    {
        var (type, count) = (TensorTypes.Find(spec.Datatype)!.Value, TensorShape.Count(spec.Name, shape));
        if (count > ZerosElementsMax)
            throw new InvalidInputException($"Input '{spec.Name}' is large, so it isn't made up.", column: spec.Name);
        return new(spec.Name, type, shape, new byte[(long)count * Math.Max(TensorTypes.SizeOf(type), type == TensorType.Bytes ? sizeof(uint) : 1)]);
    }

    private static TensorSpec Input(string name, NodeMetadata node)
    {
        if (!node.IsTensor)
            throw new InvalidModelException($"The graph's input '{name}' is no tensor but {node.OnnxValueType}, which no protocol can send.");
        return new(name, TypeOf($"input '{name}'", node.ElementDataType), Shape(node));
    }

    private static TensorSpec[] Output(string name, NodeMetadata node)
    {
        if (node.OnnxValueType == OnnxValueType.ONNX_TYPE_SEQUENCE)
        {
            var element = node.AsSequenceMetadata().ElementMeta;
            return element.OnnxValueType == OnnxValueType.ONNX_TYPE_MAP
                ? Map(name, element)
                : [new(name, element.IsTensor ? TypeOf($"output '{name}'", element.ElementDataType) : "FP32", [-1])];
        }

        if (node.OnnxValueType == OnnxValueType.ONNX_TYPE_MAP)
            return Map(name, node);
        return node.IsTensor
            ? [new(name, TypeOf($"output '{name}'", node.ElementDataType), Shape(node))]
            : throw new InvalidModelException($"The graph's output '{name}' is {node.OnnxValueType}, which no protocol can send.");
    }

    private static TensorSpec[] Map(string name, NodeMetadata node)
    {
        var map = node.AsMapMetadata();
        return
        [
            new(name, TypeOf($"output '{name}'", map.ValueMetadata.ElementDataType), [-1, -1]),
            new(name + OnnxOutputs.ClassesSuffix, TypeOf($"output '{name}'", map.KeyDataType), [-1]),
        ];
    }

    private static string TypeOf(string what, TensorElementType type) => OnnxTypes.Find(type) is { } known
        ? TensorTypes.NameOf(known)
        : throw new InvalidModelException($"The graph's {what} has elements of the type {type}, which no protocol can send.");

    private static long[] Shape(NodeMetadata node) => [.. node.Dimensions.Select(size => (long)size)];
}
