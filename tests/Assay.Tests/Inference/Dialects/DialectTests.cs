using System.Net;
using System.Text.Json;
using Assay.Serve;

namespace Assay.Tests.Inference.Dialects;

/// <summary>The same rows, good and bad, written in every dialect there is.</summary>
public sealed class DialectTests : IAsyncLifetime
{
    private readonly string _folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-dialects-").FullName);
    private readonly HttpClient _http = new();
    private RunningServe _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Wordings => [.. Wording.All.Select(wording => wording.Name)];

    public async ValueTask InitializeAsync() => _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "tiny"), Cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Wordings))]
    public async Task The_same_rows_get_the_same_predictions_bit_for_bit(string name)
    {
        Customer[] rows = [.. Enumerable.Range(0, 40).Select(i => new Customer(
            18 + i * 1.7, i % 5 == 0 ? null : i * 123.456789, i % 7 == 0 ? null : TinyModel.Plans[i % 3]))];
        var wording = Wording.All.Single(wording => wording.Name == name);
        Assert.Equal(await Ask(Wording.All[0], rows), await Ask(wording, rows));
    }

    public static TheoryData<string, int> Faults
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var wording in Wording.All)
            {
                for (var fault = wording.Typed ? 1 : 0; fault < Bad.Length; fault++)
                    all.Add(wording.Name, fault);
            }

            return all;
        }
    }

    private static readonly (Customer Row, string Column)[] Bad =
    [
        (new("old", 1, "plus"), "age"),
        (new(null, 1, "plus"), "age"),
        (new(30, 1e39, "plus"), "balance"),
        (new(30, 1, "gold"), "plan"),
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_same_fault_is_named_by_its_row_and_column(string name, int fault)
    {
        var wording = Wording.All.Single(wording => wording.Name == name);
        Customer[] rows = [new(30, 500, "plus"), new(64, null, null), Bad[fault].Row];
        using var content = wording.Write(rows);
        using var answer = await _http.PostAsync(new Uri(_server.Addresses.Predict, wording.Path), content, Cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonElement.Parse(body);
        Assert.Equal((3, Bad[fault].Column), (problem.GetProperty("row").GetInt32(), problem.GetProperty("column").GetString()));
        var sentence = problem.GetProperty(wording.Path switch { "/predict" => "detail", "/invocations" => "message", _ => "error" }).GetString();
        Assert.StartsWith($"Row 3, column '{Bad[fault].Column}': ", sentence, StringComparison.Ordinal);
    }

    private async Task<int[]> Ask(Wording wording, Customer[] rows)
    {
        using var content = wording.Write(rows);
        using var answer = await _http.PostAsync(new Uri(_server.Addresses.Predict, wording.Path), content, Cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(body));
        return [.. wording.Predictions(body, answer.Headers).Select(BitConverter.SingleToInt32Bits)];
    }
}
