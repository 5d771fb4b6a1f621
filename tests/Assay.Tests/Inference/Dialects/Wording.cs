using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Tests.Inference.Dialects;

/// <summary>A row for <see cref="TinyModel"/>; age is an object, so that it can be wrong.</summary>
internal sealed record Customer(object? Age, double? Balance, string? Plan);

/// <summary>One way to write the same rows, and how its answers are read.</summary>
/// <param name="Name">For the reader of a failure.</param>
/// <param name="Path">Where it is sent to.</param>
/// <param name="Write">The request's body and headers.</param>
/// <param name="Predictions">From an answer's body.</param>
/// <param name="Typed">Whether values are of their column's type by the form itself, so that a text can't stand for a number.</param>
internal sealed record Wording(
    string Name, string Path, Func<IReadOnlyList<Customer>, HttpContent> Write, Func<byte[], HttpResponseHeaders, float[]> Predictions, bool Typed = false)
{
    private static readonly string[] Columns = ["age", "balance", "plan"];

    public static IReadOnlyList<Wording> All { get; } =
    [
        new("plain rows", "/predict", rows => Json(Rows(rows)), FromJson),
        new("plain records", "/predict", rows => Json(Records(rows)), FromJson),
        new("plain split", "/predict", rows => Json(Split(rows)), FromJson),
        new("KServe rows", "/v1/models/tiny:predict", rows => Json(new { instances = Rows(rows) }), FromJson),
        new("KServe records", "/v1/models/tiny:predict", rows => Json(new { instances = Records(rows) }), FromJson),
        new("KServe inputs", "/v1/models/tiny:predict", rows => Json(new { inputs = Rows(rows) }), FromJson),
        new("MLflow split", "/invocations", rows => Json(Split(rows)), FromJson),
        new("MLflow records", "/invocations", rows => Json(new { dataframe_records = Records(rows) }), FromJson),
        new("MLflow instances", "/invocations", rows => Json(new { instances = Rows(rows), @params = new { } }), FromJson),
        new("MLflow inputs by column", "/invocations", rows => Json(new { inputs = ByColumn(rows) }), FromJson),
        new("MLflow CSV", "/invocations", rows => new StringContent(Csv(rows), Encoding.UTF8, "text/csv"), FromJson),
        new("open inference", "/v2/models/tiny/infer", rows => Json(new { inputs = Tensors(rows, "FP32", nested: false) }), FromTensors),
        new("open inference, nested", "/v2/models/tiny/versions/1/infer", rows => Json(new { inputs = Tensors(rows, "FP64", nested: true) }), FromTensors),
        new("open inference, binary", "/v2/models/tiny/infer", Binary, FromBinary, Typed: true),
    ];

    public override string ToString() => Name;

    private static object?[] Values(Customer row) => [row.Age, row.Balance, row.Plan];

    private static object Rows(IReadOnlyList<Customer> rows) => rows.Select(Values);

    private static object Split(IReadOnlyList<Customer> rows) =>
        new { dataframe_split = new { columns = Columns.Reverse(), data = rows.Select(row => Values(row).Reverse()) } };

    private static object Records(IReadOnlyList<Customer> rows) => rows.Select(row => new { plan = row.Plan, age = row.Age, balance = row.Balance });

    private static Dictionary<string, IEnumerable<object?>> ByColumn(IReadOnlyList<Customer> rows) =>
        Columns.Index().ToDictionary(column => column.Item, column => rows.Select(row => Values(row)[column.Index]));

    private static string Csv(IReadOnlyList<Customer> rows) =>
        "plan,balance,age\r\n" + string.Concat(rows.Select(row => string.Join(',', Values(row).Reverse().Select(Cell)) + "\r\n"));

    private static string Cell(object? value) => value is string text ? $"\"{text}\"" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static object Tensors(IReadOnlyList<Customer> rows, string numbers, bool nested) => Columns.Index().Select(column => new
    {
        name = column.Item,
        datatype = column.Item == "plan" ? "BYTES" : numbers,
        shape = nested ? new[] { rows.Count, 1 } : [rows.Count],
        data = rows.Select(row => nested ? new[] { Values(row)[column.Index] } : Values(row)[column.Index]),
    });

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    private static ByteArrayContent Binary(IReadOnlyList<Customer> rows)
    {
        var (tail, inputs) = (new MemoryStream(), new JsonArray());
        foreach (var (index, column) in Columns.Index())
        {
            var before = tail.Length;
            foreach (var row in rows)
                tail.Write(column == "plan" ? Text(row.Plan) : Number(Values(row)[index]));
            inputs.Add(new JsonObject
            {
                ["name"] = column,
                ["datatype"] = column == "plan" ? "BYTES" : "FP64",
                ["shape"] = new JsonArray(rows.Count, 1),
                ["parameters"] = new JsonObject { ["binary_data_size"] = tail.Length - before },
            });
        }

        var json = Encoding.UTF8.GetBytes(new JsonObject { ["inputs"] = inputs, ["parameters"] = new JsonObject { ["binary_data_output"] = true } }.ToJsonString());
        var content = new ByteArrayContent([.. json, .. tail.ToArray()]);
        content.Headers.ContentType = new("application/octet-stream");
        content.Headers.Add("Inference-Header-Content-Length", json.Length.ToString(CultureInfo.InvariantCulture));
        return content;
    }

    private static byte[] Number(object? value)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture));
        return bytes;
    }

    private static byte[] Text(string? value)
    {
        var text = Encoding.UTF8.GetBytes(value ?? "");
        return [.. BitConverter.GetBytes(text.Length), .. text];
    }

    private static float[] FromJson(byte[] body, HttpResponseHeaders headers) => Floats(JsonElement.Parse(body).GetProperty("predictions"));

    private static float[] FromTensors(byte[] body, HttpResponseHeaders headers) => Floats(JsonElement.Parse(body).GetProperty("outputs")[0].GetProperty("data"));

    private static float[] FromBinary(byte[] body, HttpResponseHeaders headers)
    {
        var length = int.Parse(headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
        Assert.Equal(body.Length - length, JsonElement.Parse(body.AsSpan(0, length)).GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        return [.. body[length..].Chunk(sizeof(float)).Select(bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes))];
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];
}
