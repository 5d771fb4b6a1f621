using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Inference.Requests;
using Assay.Serve;

namespace Assay.Tests.Inference;

/// <summary>The requests, answers and errors of the reference are sent and compared.</summary>
public sealed partial class ServingDocumentTests
{
    private static readonly string Text = File.ReadAllText(Page());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_of_the_reference_is_answered_as_it_says()
    {
        var expected = JsonElement.Parse(Blocks("answer").Single()).GetProperty("predictions").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        var requests = Blocks("request");
        Assert.Equal(4, requests.Count);
        foreach (var request in requests)
        {
            using var answer = await Ask(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var predictions = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            Assert.Equal(expected, predictions.GetProperty("predictions").EnumerateArray().Select(value => Math.Round(value.GetDouble(), 7)));
        }
    }

    [Fact]
    public async Task Every_error_of_the_reference_is_what_the_server_says()
    {
        var rows = ErrorRow().Matches(Text);
        Assert.True(rows.Count >= 7, "The table of errors was not found.");
        foreach (Match row in rows)
        {
            using var answer = await Ask(row.Groups["request"].Value);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            Assert.Equal((HttpStatusCode.BadRequest, row.Groups["sentence"].Value), (answer.StatusCode, problem.GetProperty("detail").GetString()));
        }

        using var shown = await Ask("""[[30, 1, "plus"], ["old", 1, "plus"]]""");
        var expected = JsonElement.Parse(Blocks("problem").Single());
        Assert.True(JsonElement.DeepEquals(expected, await shown.Content.ReadFromJsonAsync<JsonElement>(Cancel)));
    }

    [Fact]
    public void The_limits_of_the_reference_are_those_of_the_code()
    {
        Assert.Contains($"| body | {InputLimits.BodyBytesMax >> 20} MiB |", Text, StringComparison.Ordinal);
        Assert.Contains($"| rows of a request | {InputLimits.RowsMax:N0} |", Text, StringComparison.Ordinal);
        Assert.Contains($"| bodies being read at the same time, in all | {InputLimits.BodyBytesInFlightMax >> 20} MiB |", Text, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> Ask(string body)
    {
        var folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-doc-").FullName);
        try
        {
            await using var server = await ServeHost.Start(new ServeOptions(folder, 0), Cancel);
            using var http = new HttpClient();
            return await http.PostAsync(server.Addresses.Predict, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> Blocks(string kind) =>
        [.. Fence().Matches(Text).Where(block => block.Groups["kind"].Value == kind).Select(block => block.Groups["content"].Value)];

    private static string Page([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../..", "docs/reference/serving.md");

    [GeneratedRegex("^```json (?<kind>\\w+)\n(?<content>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^\| `(?<request>[\[{].*?)` \| (?<sentence>.+?) \|$", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();
}
