using System.Text;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>
/// The Open Inference Protocol, version 2, over gRPC: <c>inference.GRPCInferenceService/ModelInfer</c>. Raw tensors are
/// answered raw, typed ones typed.
/// </summary>
public sealed class GrpcDialect : Dialect
{
    private const int FrameBytes = 512;

    /// <summary>The one instance.</summary>
    public static GrpcDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "open-inference-grpc";

    internal static Problem NotGrpc { get; } = new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "This address speaks gRPC: send Content-Type: application/grpc over HTTP/2.");

    internal override bool HasTrailers => true;

    internal override TimeSpan? Timeout(HttpRequest request) => GrpcFrame.Timeout(request);

    internal override void CheckHeaders(HttpRequest request)
    {
        if (!GrpcFrame.IsGrpc(request))
            throw new RefusedRequestException(NotGrpc.Status, NotGrpc.Code, NotGrpc.Detail);
    }

    internal override void Unpack(HttpRequest request, RequestBody body) => GrpcFrame.Unpack(request, body);

    internal override PredictionRows Read(HttpRequest request, TableModel model, ReadOnlySpan<byte> body, out AnswerWish? wish)
    {
        var message = GrpcFrame.Message(body);
        var rows = new PredictionRows(model.Inputs.Inputs.Length);
        try
        {
            Span<ulong> seen = rows.Width <= TableFill.WidthOnStack ? stackalloc ulong[TableFill.WordsOnStack] : new ulong[rows.Width / TableFill.BitsPerWord + 1];
            wish = new InferMessage(message, new TableFill(model.Inputs, rows, message.Length, seen), model.Schema.Output).Read();
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    internal override ArraySegment<byte> Write(HttpResponse response, in Answer answer)
    {
        GrpcFrame.Begin(response);
        var output = answer.Model.Schema.Output;
        var raw = answer.Wish?.Binary == true;
        var floats = answer.Predictions.Length * sizeof(float);
        var shape = WireWriter.SizeOf((ulong)answer.Predictions.Length) + 1;
        var tensor = WireWriter.SizeOfField(Encoding.UTF8.GetByteCount(output)) + WireWriter.SizeOfField("FP32"u8.Length)
            + WireWriter.SizeOfField(shape) + (raw ? 0 : WireWriter.SizeOfField(WireWriter.SizeOfField(floats)));

        var buffer = new AnswerBuffer(FrameBytes + floats);
        buffer.Free(GrpcFrame.HeadBytes);
        buffer.Advance(GrpcFrame.HeadBytes);
        buffer.Field(1, answer.Call.Target.Endpoint);
        buffer.Field(2, answer.Model.Version);
        buffer.Field(3, answer.Wish?.Id);
        buffer.Head(5, tensor);
        buffer.Field(1, output);
        buffer.Field(2, "FP32"u8);
        buffer.Head(3, shape);
        buffer.Varint((ulong)answer.Predictions.Length);
        buffer.Varint(1);
        if (!raw)
            buffer.Head(5, WireWriter.SizeOfField(floats));
        buffer.Head(6, floats);   // of the tensor's contents, or raw of the answer: the same number
        buffer.Floats(answer.Predictions);
        var framed = buffer.Finish();
        GrpcFrame.WriteHead(framed, framed.Count - GrpcFrame.HeadBytes);
        return framed;
    }

    internal override ArraySegment<byte> WriteExplained(HttpResponse response, PredictCall call, AnswerWish? wish, Explained explained)
    {
        var tensors = ExplanationWriter.Tensors(explained);
        return WriteTensors(response, new(call, explained.Model, wish, tensors) { Parameters = ExplanationWriter.Parameters(explained.Answer) });
    }

    internal override TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) =>
        TensorMessage.Read(GrpcFrame.Message(body.Span));

    internal override ArraySegment<byte> WriteTensors(HttpResponse response, TensorAnswer answer)
    {
        var framed = TensorMessage.Write(answer);
        GrpcFrame.Begin(response);
        return framed;
    }

    /// <inheritdoc/>
    public override Task WriteProblem(HttpContext http, Problem problem) => GrpcFrame.WriteProblem(http, problem);
}
