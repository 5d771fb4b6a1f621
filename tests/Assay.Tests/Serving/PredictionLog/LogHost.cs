using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Reading;
using DuckDB.NET.Data;

namespace Assay.Tests.Serving.PredictionLog;

/// <summary>What the tests of the prediction log do with a host.</summary>
internal static class LogHost
{
    public const string One = """[[30,500,"plus"]]""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Asks the endpoint <c>churn</c>, by an id of the caller's own or none, and gives the id of the answer.</summary>
    public static async Task<string> Call(HttpClient client, string body = One, string? id = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/churn/predict") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (id is not null)
            request.Headers.Add("Assay-Request-Id", id);
        using var answer = await client.SendAsync(request, Cancel);
        return answer.Headers.GetValues("Assay-Request-Id").Single();
    }

    public static async Task<Page<LoggedPrediction>> List(HttpClient client, string query = "") =>
        (await client.GetFromJsonAsync<Page<LoggedPrediction>>($"/api/v1/endpoints/churn/predictions?{query}", AssayJson.Options, Cancel))!;

    /// <summary>The newest calls, once there are that many: a call is logged just after it was answered.</summary>
    public static async Task<IReadOnlyList<LoggedPrediction>> Last(TestServer server, int count)
    {
        IReadOnlyList<LoggedPrediction> calls = [];
        await ServingHost.Until(async () => (calls = (await List(server.Admin)).Items).Count >= count);
        Assert.Equal(count, calls.Count);
        return calls;
    }

    public static async Task<IReadOnlyList<PredictionFileSummary>> Files(TestServer server)
    {
        using var completed = await server.Admin.PostAsync("/api/v1/endpoints/churn/prediction-files", null, Cancel);
        completed.EnsureSuccessStatusCode();
        Assert.Equal(0, (await completed.Content.ReadFromJsonAsync<CompletedFiles>(AssayJson.Options, Cancel))!.PendingCalls);
        return (await server.Admin.GetFromJsonAsync<Page<PredictionFileSummary>>("/api/v1/endpoints/churn/prediction-files", AssayJson.Options, Cancel))!.Items;
    }

    public static async Task<byte[]> Download(HttpClient client, string file) =>
        await client.GetByteArrayAsync($"/api/v1/endpoints/churn/prediction-files/{file}/content", Cancel);

    /// <summary>Reads a file as anybody would who has DuckDB; <c>$file</c> in the question stands for it.</summary>
    public static List<object?[]> Ask(byte[] file, string sql)
    {
        var path = Path.Combine(Path.GetTempPath(), $"assay-predictions-{Guid.NewGuid():N}.parquet");
        File.WriteAllBytes(path, file);
        try
        {
            using var connection = new DuckDBConnection("Data Source=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql.Replace("$file", $"read_parquet('{path}')", StringComparison.Ordinal);
            using var reader = command.ExecuteReader();
            var rows = new List<object?[]>();
            while (reader.Read())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(field => reader.IsDBNull(field) ? null : reader.GetValue(field))]);
            return rows;
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static async Task<List<JsonElement>> Events(TestServer server, string type)
    {
        var log = await server.Admin.GetFromJsonAsync<JsonElement>($"/api/v1/ledger?type={type}", Cancel);
        return [.. log.GetProperty("items").EnumerateArray()];
    }
}
