using System.Globalization;
using System.Text.Json;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.OpenInference;

/// <summary>
/// The Open Inference Protocol, version 2, over REST: named tensors as JSON, or as little-endian bytes behind it with
/// <c>Inference-Header-Content-Length</c>. A table model's inputs are its columns.
/// </summary>
public sealed class OpenInferenceDialect : Dialect
{
    internal const string HeaderLength = "Inference-Header-Content-Length";
    private const int FrameBytes = 256;

    /// <summary>The one instance.</summary>
    public static OpenInferenceDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "open-inference";

    // Clients of the binary extension send no content type, or that of bytes.
    internal override void CheckHeaders(HttpRequest request)
    {
        if (request.ContentType is null or "application/octet-stream")
            return;
        ContentType.Check(request);
    }

    internal override PredictionRows Read(HttpRequest request, TableModel model, ReadOnlySpan<byte> body, out AnswerWish? wish)
    {
        var rows = new PredictionRows(model.Inputs.Inputs.Length);
        try
        {
            wish = request.Headers.TryGetValue(HeaderLength, out var sent)
                ? ReadBinary(sent.ToString(), model, rows, body)
                : ReadJson(model, rows, body, []);
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
        var binary = answer.Wish?.Binary == true;
        var buffer = new AnswerBuffer(FrameBytes + answer.Predictions.Length * 16);
        buffer.Raw("{\"model_name\":"u8);
        buffer.Text(answer.Call.Target.Endpoint);
        if (answer.Model.Version is { } version)
        {
            buffer.Raw(",\"model_version\":"u8);
            buffer.Text(version);
        }

        if (answer.Wish?.Id is { } id)
        {
            buffer.Raw(",\"id\":"u8);
            buffer.Text(id);
        }

        buffer.Raw(",\"outputs\":[{\"name\":"u8);
        buffer.Text(answer.Model.Schema.Output);
        buffer.Raw(",\"datatype\":\"FP32\",\"shape\":["u8);
        buffer.Number(answer.Predictions.Length);
        if (binary)
        {
            buffer.Raw(",1],\"parameters\":{\"binary_data_size\":"u8);
            buffer.Number(answer.Predictions.Length * sizeof(float));
            buffer.Raw("}}]}"u8);
            response.Headers[HeaderLength] = buffer.Length.ToString(CultureInfo.InvariantCulture);
            buffer.Floats(answer.Predictions);
        }
        else
        {
            buffer.Raw(",1],\"data\":["u8);
            buffer.Numbers(answer.Predictions);
            buffer.Raw("]}]}"u8);
        }

        response.ContentType = binary ? "application/octet-stream" : "application/json";
        return buffer.Finish();
    }

    internal override ArraySegment<byte> WriteExplained(HttpResponse response, PredictCall call, AnswerWish? wish, Explained explained)
    {
        var tensors = ExplanationWriter.Tensors(explained);
        var asBytes = new AnswerWish { Id = wish?.Id, Binary = wish?.Binary == true, BinaryOutputs = wish?.BinaryOutputs };
        return OpenTensorBody.Write(response, new(call, explained.Model, asBytes, tensors) { Parameters = ExplanationWriter.Parameters(explained.Answer) });
    }

    internal override TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) =>
        OpenTensorBody.Read(request, model, body);

    internal override ArraySegment<byte> WriteTensors(HttpResponse response, TensorAnswer answer) => OpenTensorBody.Write(response, answer);

    /// <inheritdoc/>
    public override Task WriteProblem(HttpContext http, Problem problem) => ErrorAnswer.Write(http, problem);

    private static AnswerWish? ReadBinary(string headerLength, TableModel model, PredictionRows rows, ReadOnlySpan<byte> body)
    {
        if (!int.TryParse(headerLength, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > body.Length)
            throw ColumnErrors.Body($"The header {HeaderLength} is not the length of the JSON at the beginning of the body, which has {body.Length} bytes.");
        return length == 0 ? ReadRaw(model, rows, body) : ReadJson(model, rows, body[..length], body[length..]);
    }

    // A body without JSON is the one input there is: here all columns side by side.
    private static AnswerWish ReadRaw(TableModel model, PredictionRows rows, ReadOnlySpan<byte> body)
    {
        var inputs = model.Inputs.Inputs;
        var rowBytes = inputs.Length * sizeof(float);
        if (body.Length % rowBytes != 0)
            throw ColumnErrors.Body($"The body has {body.Length} bytes, and a row of {inputs.Length} FP32 columns has {rowBytes}.");
        var shape = default(OpenShape);
        shape.Add(body.Length / rowBytes);
        shape.Add(inputs.Length);
        Span<ulong> seen = inputs.Length <= TableFill.WidthOnStack ? stackalloc ulong[TableFill.WordsOnStack] : new ulong[inputs.Length / TableFill.BitsPerWord + 1];
        var fill = new TableFill(model.Inputs, rows, body.Length, seen);
        var name = inputs.Length == 1 ? System.Text.Encoding.UTF8.GetBytes(inputs[0].Name) : [];
        fill.Fill(fill.Begin(name, TensorType.Fp32, shape), body);
        return new() { Binary = true };
    }

    private static AnswerWish? ReadJson(TableModel model, PredictionRows rows, ReadOnlySpan<byte> json, ReadOnlySpan<byte> tail)
    {
        json = json[RequestReader.MarkLength(json)..];
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            throw ColumnErrors.Body("The body is empty.");
        var width = model.Inputs.Inputs.Length;
        Span<ulong> seen = width <= TableFill.WidthOnStack ? stackalloc ulong[TableFill.WordsOnStack] : new ulong[width / TableFill.BitsPerWord + 1];
        var fill = new TableFill(model.Inputs, rows, json.Length + tail.Length, seen);
        var cursor = new OpenInferenceCursor(json, tail, fill, model.Schema.Output);
        try
        {
            return cursor.ReadBody();
        }
        catch (JsonException problem)   // the reader's only way to say that the text isn't JSON
        {
            throw cursor.NotJson(problem);
        }
    }
}
