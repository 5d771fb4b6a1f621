using System.Text.Json;
using Assay.Inference.OpenInference.Grpc;
using Google.Protobuf;

namespace Assay.ServingBench.Grpc;

/// <summary>A row as a message of the Open Inference Protocol: all columns side by side in one input.</summary>
internal static class GrpcCall
{
    /// <param name="model">The endpoint.</param>
    /// <param name="body">The rows in JSON.</param>
    public static byte[] Of(string model, string body)
    {
        var rows = JsonSerializer.Deserialize<float[][]>(body)!;
        return new ModelInferRequest
        {
            ModelName = model,
            Inputs =
            {
                new ModelInferRequest.Types.InferInputTensor
                {
                    Name = "rows",
                    Datatype = "FP32",
                    Shape = { rows.Length, rows[0].Length },
                    Contents = new() { Fp32Contents = { rows.SelectMany(row => row) } },
                },
            },
        }.ToByteArray();
    }
}
