using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>The sentences of what can be wrong with tensors: which one, its fault, the remedy.</summary>
internal static class TensorErrors
{
    private const int NamesMax = 12;
    private const int TensorsShownMax = 3;
    private const int NameLengthMax = 80;

    /// <summary>Each input that must be there once, and no other.</summary>
    /// <exception cref="InvalidInputException">One is missing, unknown, or there twice.</exception>
    public static void CheckNames(IReadOnlyList<NamedTensor> inputs, ModelSignature signature)
    {
        var sent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            if (!signature.Inputs.Any(wanted => wanted.Name == input.Name))
                throw UnknownInput(input.Name, signature);
            if (!sent.Add(input.Name))
                throw new InvalidInputException($"Input '{Cut(input.Name)}' is there twice. Send it once.", column: input.Name);
        }

        if (signature.Inputs.FirstOrDefault(wanted => !wanted.Optional && !sent.Contains(wanted.Name)) is { } missing)
            throw new InvalidInputException($"Input '{missing.Name}' is missing. Send it as {Describe(missing)}.", column: missing.Name);
    }

    /// <exception cref="InvalidInputException">The elements are of another type.</exception>
    public static void CheckType(NamedTensor input, TensorSpec wanted)
    {
        if (TensorTypes.NameOf(input.Type) != wanted.Datatype)
            throw WrongType(input, TensorTypes.Find(wanted.Datatype)!.Value);
    }

    /// <exception cref="InvalidInputException">A dimension has another size, or there are more or fewer of them.</exception>
    public static void CheckShape(NamedTensor input, TensorSpec wanted)
    {
        // A shape may be open altogether, which can't be told from a scalar: what computes decides.
        if (wanted.Shape.Count > 0 && !TensorShape.Fits(input.Shape, wanted.Shape) && !(wanted.IsColumn && input.Shape.Count == 1))
            throw WrongShape(input, wanted.Shape);
    }

    public static InvalidInputException UnknownInput(string name, ModelSignature signature) => new(
        $"The model has no input '{Cut(name)}'. Leave it out; the inputs are {List(signature.Inputs)}.", column: Cut(name));

    public static InvalidInputException UnknownOutput(string name, ModelSignature signature) => new(
        $"The model has no output '{Cut(name)}'. The outputs are {List(signature.Outputs)}.", column: Cut(name));

    public static InvalidInputException WrongType(NamedTensor tensor, TensorType wanted) => new(
        $"Input '{tensor.Name}' is {TensorTypes.NameOf(tensor.Type)}, and the model takes {TensorTypes.NameOf(wanted)} there.", column: tensor.Name);

    public static InvalidInputException WrongShape(NamedTensor tensor, IReadOnlyList<long> wanted) => new(
        $"Input '{tensor.Name}' has the shape {TensorShape.Show(tensor.Shape)}, and the model takes {TensorShape.Show(wanted)} there{(wanted.Contains(-1) ? ", where -1 is any size" : "")}.",
        column: tensor.Name);

    /// <summary>How the Open Inference Protocol has the model's inputs, for who sent something else.</summary>
    public static string Form(ModelSignature signature)
    {
        var shown = signature.Inputs.Take(TensorsShownMax).Select(input => $"{{\"name\":\"{Cut(input.Name)}\",\"datatype\":\"{input.Datatype}\",\"shape\":{TensorShape.Show(input.Shape)},\"data\":[…]}}").ToList();
        if (shown.Count == 0)
            shown.Add("{\"name\":…,\"datatype\":…,\"shape\":[…],\"data\":[…]}");
        var free = signature.Inputs.Take(TensorsShownMax).Any(input => input.Shape.Contains(-1)) ? ", with a size for each -1" : "";
        return $"Send {{\"inputs\":[{string.Join(',', shown)}{(signature.Inputs.Count > TensorsShownMax ? ",…" : "")}]}}{free}.";
    }

    public static string Describe(TensorSpec spec) => $"{spec.Datatype} of the shape {TensorShape.Show(spec.Shape)}";

    private static string List(IReadOnlyList<TensorSpec> tensors) =>
        string.Join(", ", tensors.Take(NamesMax).Select(tensor => $"'{Cut(tensor.Name)}'")) + (tensors.Count > NamesMax ? " and so on" : "");

    private static string Cut(string name) => name.Length <= NameLengthMax ? name : name[..NameLengthMax] + "…";
}
