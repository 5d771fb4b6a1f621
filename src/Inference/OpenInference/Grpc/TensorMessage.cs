using System.Buffers;
using Assay.Inference.Explanations;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Google.Protobuf;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>Requests and answers for models that are no tables.</summary>
internal static class TensorMessage
{
    private const int FieldBytesMax = 64;

    /// <exception cref="InvalidInputException">It can't be read; the message names the input.</exception>
    public static TensorQuestion Read(ReadOnlySpan<byte> message)
    {
        var request = Parse(message);
        var (inputs, raw) = (request.Inputs, request.RawInputContents);
        if (inputs.Count > TensorLimits.TensorsMax)
            throw new InvalidInputException($"The message has more than {TensorLimits.TensorsMax} inputs.");
        if (raw.Count > 0 && raw.Count != inputs.Count)
            throw InferMessage.RawCount(inputs.Count, raw.Count);
        var tensors = inputs.Select((input, at) => Tensor(input, raw.Count > 0 ? raw[at] : null)).ToList();
        var outputs = request.Outputs.Select(output => output.Name).ToList();
        return new(tensors, outputs.Count == 0 ? null : outputs, new() { Id = request.Id, Binary = raw.Count > 0, Explain = Explain(request) });
    }

    /// <summary>The answer with its head, in memory of the shared pool that the caller returns.</summary>
    public static ArraySegment<byte> Write(TensorAnswer answer)
    {
        if (answer.Outputs.Sum(output => (long)output.Bytes.Length + FieldBytesMax) > TensorLimits.BytesMax)
            throw new Models.ModelFailedException($"The answer is larger than {TensorLimits.BytesMax >> 20} MiB. Ask for less, or name the outputs that you need.");
        var response = new ModelInferResponse
        {
            ModelName = answer.Call.Target.Endpoint,
            ModelVersion = answer.Model.Version ?? "",
            Id = answer.Wish?.Id ?? "",
        };
        foreach (var (name, text) in answer.Parameters ?? new Dictionary<string, string>())
            response.Parameters[name] = new() { StringParam = text };
        var raw = answer.Wish?.Binary == true || answer.Outputs.Any(output => TensorContents.IsOnlyRaw(output.Type));
        foreach (var output in answer.Outputs)
        {
            var tensor = new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = TensorTypes.NameOf(output.Type), Shape = { output.Shape } };
            if (raw)
                response.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(output.Bytes));
            else
                tensor.Contents = TensorContents.Of(output);
            response.Outputs.Add(tensor);
        }

        var size = response.CalculateSize();
        var framed = ArrayPool<byte>.Shared.Rent(GrpcFrame.HeadBytes + size);
        GrpcFrame.WriteHead(framed, size);
        response.WriteTo(framed.AsSpan(GrpcFrame.HeadBytes, size));
        return new(framed, 0, GrpcFrame.HeadBytes + size);
    }

    private static string? Explain(ModelInferRequest request) => !request.Parameters.TryGetValue(AskedExplanation.Name, out var asked) ? null : asked.ParameterChoiceCase switch
    {
        InferParameter.ParameterChoiceOneofCase.BoolParam => asked.BoolParam ? AskedExplanation.Yes : null,
        InferParameter.ParameterChoiceOneofCase.StringParam => asked.StringParam is "false" or "" ? null : asked.StringParam,
        _ => throw new InvalidInputException("explain: send true, false or the name of a method."),
    };

    private static ModelInferRequest Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            return ModelInferRequest.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)   // the only way in which the parser says so
        {
            throw WireReader.Broken();
        }
    }

    private static NamedTensor Tensor(ModelInferRequest.Types.InferInputTensor input, ByteString? raw)
    {
        if (input.Name.Length == 0)
            throw new InvalidInputException("An input has no name.");
        var type = TensorTypes.Find(input.Datatype)
            ?? throw new InvalidInputException($"Input '{input.Name}': its datatype is none of the protocol's, such as FP32, INT64 or BYTES.", column: input.Name);
        return new(input.Name, type, [.. input.Shape], raw?.Memory ?? TensorContents.Read(input, type));
    }
}
