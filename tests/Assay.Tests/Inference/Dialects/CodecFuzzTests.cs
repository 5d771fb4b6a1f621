using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Learning.Onnx;
using Assay.Serve;

namespace Assay.Tests.Inference.Dialects;

/// <summary>
/// Whatever is sent in any protocol is answered, or refused in the protocol's own form; nothing breaks the server. The same
/// cases each time; <c>ASSAY_FUZZ_CASES</c> and <c>ASSAY_FUZZ_SEED</c> ask for more, and for others.
/// </summary>
public sealed class CodecFuzzTests : IAsyncLifetime
{
    private const string HeaderLength = "Inference-Header-Content-Length";
    private static readonly string?[] Plans = ["basic", "größer", "plus", null];

    private readonly HttpClient _http = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-fuzz-").FullName;
    private RunningServe _table = null!;
    private RunningServe _tensors = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Cases => Number("ASSAY_FUZZ_CASES", 6_000);

    private static int Seed => Number("ASSAY_FUZZ_SEED", 7);

    public async ValueTask InitializeAsync()
    {
        var (table, tensors) = (Directory.CreateDirectory(Path.Combine(_folder, "table")).FullName, Directory.CreateDirectory(Path.Combine(_folder, "tensors")).FullName);
        TinyModel.WriteTo(table);
        await File.WriteAllBytesAsync(Path.Combine(tensors, "model.onnx"), SameAgain(), Cancel);
        _table = await ServeHost.Start(new ServeOptions(table, 0, Name: "tiny"), Cancel);
        _tensors = await ServeHost.Start(new ServeOptions(tensors, 0, Name: "tiny"), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _table.DisposeAsync();
        await _tensors.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Damaged_requests_of_every_dialect_are_answered_or_refused_in_its_own_form()
    {
        var random = new Random(Seed);
        var statuses = new Dictionary<int, int>();
        for (var at = 0; at < Cases; at++)
        {
            var wording = Wording.All[random.Next(Wording.All.Count)];
            using var request = await Damaged(random.Next(2) == 0 ? _table : _tensors, wording, random);
            using var answer = await _http.SendAsync(request, Cancel);
            await AssertProper(wording.Path, request, answer);
            statuses[(int)answer.StatusCode] = statuses.GetValueOrDefault((int)answer.StatusCode) + 1;
        }

        Assert.True(statuses.GetValueOrDefault(200) > Cases / 50 && statuses.GetValueOrDefault(400) > Cases / 50, $"the damage teaches nothing: {string.Join(", ", statuses)}");
    }

    [Fact]
    public async Task Random_rows_are_answered_bit_for_bit_alike_in_every_dialect()
    {
        var random = new Random(Seed);
        using var model = InferenceModel.Load(name => File.ReadAllBytes(Path.Combine(_folder, "table", name)));
        for (var round = 0; round < Math.Max(1, Cases / 100); round++)
        {
            Customer[] rows = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Row(random))];
            var expected = InferenceModelTests.Predict(model, JsonSerializer.Serialize(rows.Select(row => new[] { row.Age, row.Balance, row.Plan })));
            foreach (var wording in Wording.All)
            {
                using var content = wording.Write(rows);
                using var answer = await _http.PostAsync(new Uri(_table.Addresses.Predict, wording.Path), content, Cancel);
                var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
                Assert.True(answer.IsSuccessStatusCode, $"{wording.Name}: {Encoding.UTF8.GetString(bytes)}");
                Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), wording.Predictions(bytes, answer.Headers).Select(BitConverter.SingleToUInt32Bits));
            }
        }
    }

    private static async Task<HttpRequestMessage> Damaged(RunningServe server, Wording wording, Random random)
    {
        using var valid = wording.Write([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Row(random))]);
        var body = random.Next(20) == 0 ? Damage.Anything(random) : Damage.Of(await valid.ReadAsByteArrayAsync(Cancel), random);
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = random.Next(15) == 0 ? MediaTypeHeaderValue.Parse("text/csv; charset=utf-8") : valid.Headers.ContentType;
        var length = valid.Headers.TryGetValues(HeaderLength, out var sent) ? sent.Single() : null;
        if (random.Next(10) == 0 && wording.Path.StartsWith("/v2", StringComparison.Ordinal))
            length = new[] { "0", "-1", "2147483648", "x", $"{body.Length}", $"{random.Next(body.Length + 2)}" }[random.Next(6)];
        if (length is not null)
            content.Headers.TryAddWithoutValidation(HeaderLength, length);
        var query = random.Next(100) == 0 ? "?explain=true" : "";
        return new(HttpMethod.Post, new Uri(server.Addresses.Predict, wording.Path + query)) { Content = content };
    }

    private static async Task AssertProper(string path, HttpRequestMessage request, HttpResponseMessage answer)
    {
        var (status, bytes) = ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(Cancel));
        var sent = Convert.ToBase64String(await request.Content!.ReadAsByteArrayAsync(Cancel));
        Assert.True(status is 200 or 400 or 413 or 415 or 422, $"{status} at {path} for {sent}");
        var json = answer.Headers.TryGetValues(HeaderLength, out var length) ? bytes[..int.Parse(length.Single(), CultureInfo.InvariantCulture)] : bytes;
        var root = JsonElement.Parse(json);
        if (status == 200)
            return;
        var sentence = path[..3] switch
        {
            "/v1" or "/v2" => root.GetProperty("error").GetString()!,
            "/in" when root.GetProperty("error_code").GetString() == "BAD_REQUEST" => root.GetProperty("message").GetString()!,
            _ => root.GetProperty("status").GetInt32() == status ? root.GetProperty("detail").GetString()! : "",
        };
        Assert.True(sentence.Length is >= 15 and <= 1000, $"\"{sentence}\" at {path} for {sent}");
    }

    private static Customer Row(Random random)
    {
        object age = random.Next(3) switch
        {
            0 => random.Next(-5, 120),
            1 => random.NextDouble() * Math.Pow(10, random.Next(-3, 4)),
            _ => Math.Round(random.NextDouble() * 100, 2),
        };
        return new(age, random.Next(4) == 0 ? null : random.NextDouble() * Math.Pow(10, random.Next(-9, 9)), Plans[random.Next(Plans.Length)]);
    }

    // A model that computes nothing, so that what is wrong is wrong with what was read.
    private static byte[] SameAgain()
    {
        var graph = new GraphBuilder();
        foreach (var (name, type) in ((string, int)[])[("age", GraphBuilder.Double), ("balance", GraphBuilder.Float), ("plan", GraphBuilder.Text)])
        {
            graph.AddNamed("Identity", [graph.Input(name, type, -1, 1)], $"{name} again");
            graph.Output($"{name} again", type, -1, 1);
        }

        return graph.Build();
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
