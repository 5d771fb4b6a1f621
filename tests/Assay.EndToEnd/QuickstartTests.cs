using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

public sealed class QuickstartTests
{
    [Fact]
    public async Task A_small_table_passes_every_stage_and_is_reported_as_one_document()
    {
        using var folder = new TemporaryFolder();
        var table = folder.WriteSmallTable();

        var finished = await AssayProcess.Run(
            "quickstart", "--data", table, "--label", "bought", "--home", folder.Home, "--port", "0", "--metrics-port", "0", "--exit", "--json");

        Assert.True(finished.ExitCode == 0, finished.ToString());
        var report = JsonDocument.Parse(finished.Output).RootElement;
        Assert.Equal(
            ["dataset", "checks", "candidates", "model", "signature", "gate", "endpoint", "prediction", "drift", "retraining", "ledger", "seconds", "home"],
            report.EnumerateObject().Select(member => member.Name));
        Assert.Equal("small", report.GetProperty("dataset").GetProperty("name").GetString());
        Assert.Equal(600, report.GetProperty("dataset").GetProperty("rows").GetInt64());
        Assert.Equal(3, report.GetProperty("candidates").GetArrayLength());
        Assert.True(report.GetProperty("model").GetProperty("metrics").GetProperty("auc").GetDouble() > 0.7);
        Assert.True(report.GetProperty("signature").GetProperty("verified").GetBoolean());
        Assert.True(report.GetProperty("gate").GetProperty("passed").GetBoolean());
        Assert.NotEmpty(report.GetProperty("prediction").GetProperty("response").GetProperty("predictions").EnumerateArray());
        Assert.False(report.GetProperty("drift").GetProperty("steady").GetProperty("alert").GetBoolean());
        Assert.True(report.GetProperty("drift").GetProperty("shifted").GetProperty("alert").GetBoolean());
        Assert.NotEmpty(report.GetProperty("drift").GetProperty("shifted").GetProperty("features").EnumerateArray());
        Assert.Equal(2, report.GetProperty("retraining").GetProperty("candidate").GetInt32());
        Assert.True(report.GetProperty("ledger").GetProperty("verified").GetBoolean());
        Assert.True(report.GetProperty("seconds").GetProperty("total").GetDouble() > 0);
        Assert.Equal(folder.Home, report.GetProperty("home").GetString());
    }

    [Fact]
    public async Task It_keeps_serving_and_the_reported_body_can_be_posted_again()
    {
        using var folder = new TemporaryFolder();
        var table = folder.WriteSmallTable();
        await using var process = AssayProcess.Start(
            "quickstart", "--data", table, "--label", "bought", "--home", folder.Home, "--port", "0", "--metrics-port", "0", "--json");
        await process.WaitForLine("signs you in", TimeSpan.FromMinutes(3));
        var report = JsonDocument.Parse(process.Output).RootElement;

        using var http = new HttpClient();
        var token = (await File.ReadAllTextAsync(Path.Combine(folder.Home, "admin-token"), TestContext.Current.CancellationToken)).Trim();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var url = report.GetProperty("endpoint").GetProperty("url").GetString();
        using var body = new StringContent(report.GetProperty("prediction").GetProperty("request").GetRawText(), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(url, body, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var predictions = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("predictions");
        Assert.Equal(report.GetProperty("prediction").GetProperty("response").GetProperty("predictions").GetArrayLength(), predictions.GetArrayLength());

        var verbs = new[] { new[] { "data", "list" }, ["model", "list"], ["model", "show", "small"], ["monitor", "show", "small"], ["ledger", "list"], ["ledger", "verify"] };
        foreach (var verb in verbs)
        {
            var finished = await AssayProcess.Run([.. verb, "--home", folder.Home, "--json"]);
            Assert.True(finished.ExitCode == 0, $"{string.Join(' ', verb)}: {finished}");
            JsonDocument.Parse(finished.Output).Dispose();
        }
    }

    [Fact]
    public async Task An_exported_model_verifies_serves_and_refuses_a_flipped_byte()
    {
        using var folder = new TemporaryFolder();
        var table = folder.WriteSmallTable();
        var quickstart = await AssayProcess.Run("quickstart", "--data", table, "--label", "bought", "--home", folder.Home, "--port", "0", "--metrics-port", "0", "--exit");
        Assert.InRange(quickstart.Output.Split('\n').Where(line => line.StartsWith('│') || line.StartsWith('╭')).Max(line => line.Length), 40, 120);
        var exported = Path.Combine(folder.Path, "exported");

        var export = await AssayProcess.Run("model", "export", "models:/small/Production", exported, "--home", folder.Home);
        Assert.True(export.ExitCode == 0, export.ToString());
        var verify = await AssayProcess.Run("model", "verify", exported);
        Assert.True(verify.ExitCode == 0, verify.ToString());

        await using (var serving = AssayProcess.Start("serve", exported, "--port", "0", "--json"))
        {
            var line = await serving.WaitForLine("\"predict\"", TimeSpan.FromSeconds(60));
            var url = line.Split('"')[3];
            using var http = new HttpClient();
            using var body = new StringContent("[[40,55.5,\"Graz\"]]", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(url, body, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var model = Path.Combine(exported, "model.onnx");
        var bytes = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(model, bytes, TestContext.Current.CancellationToken);
        var tampered = await AssayProcess.Run("model", "verify", exported);
        Assert.Equal(1, tampered.ExitCode);
        Assert.Contains("model.onnx", tampered.Output, StringComparison.Ordinal);
        var refused = await AssayProcess.Run("serve", exported, "--port", "0");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("model.onnx", refused.Error, StringComparison.Ordinal);
    }
}
