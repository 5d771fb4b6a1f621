using System.Text.Json.Serialization;

namespace Assay.Inference.Tensors;

/// <summary>What a model takes and gives, in the terms of tensors.</summary>
/// <param name="Inputs">In the order of the model.</param>
/// <param name="Outputs">In the order of the model; empty where that is known only from an answer.</param>
public sealed record ModelSignature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs);

/// <summary>An input or output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datatype">Of its elements, as the Open Inference Protocol writes it, such as <c>FP32</c>.</param>
/// <param name="Shape">Its dimensions; -1 for one that may be of any size.</param>
public sealed record TensorSpec(string Name, string Datatype, IReadOnlyList<long> Shape)
{
    /// <summary>Whether it may be left out of a request.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether it is a column of a table, whose values are sent one after the other.</summary>
    [JsonIgnore]
    public bool IsColumn { get; init; }

    internal static TensorSpec Of(NamedTensor tensor) => new(tensor.Name, TensorTypes.NameOf(tensor.Type), tensor.Shape);
}
