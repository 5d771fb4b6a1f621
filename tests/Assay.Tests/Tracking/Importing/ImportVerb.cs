using System.Diagnostics;
using System.Text.Json;
using Assay.Tests.Pipelines;

namespace Assay.Tests.Tracking.Importing;

/// <summary><c>assay import mlflow</c> in a process of its own.</summary>
internal static class ImportVerb
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Process Start(TestServer server, string source, string? sourceToken, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [TrainingWork.Program, "import", "mlflow", source, "--server", server.Address.ToString(), .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASSAY_TOKEN"] = server.Admin.DefaultRequestHeaders.Authorization!.Parameter;
        if (sourceToken is not null)
            start.Environment["MLFLOW_TRACKING_TOKEN"] = sourceToken;
        return Process.Start(start)!;
    }

    public static async Task<(int ExitCode, JsonElement Report, string Error)> Run(TestServer server, string source, string? sourceToken = null, params string[] more)
    {
        using var process = Start(server, source, sourceToken, [.. more, "--json"]);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        var text = await output;
        return (process.ExitCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, await error);
    }

    /// <summary>Of what there is so much at the source and here, such as <c>runs 3/3</c>.</summary>
    public static string Counts(JsonElement report) => string.Join(' ', report.GetProperty("counts").EnumerateArray()
        .Select(line => $"{line.GetProperty("what").GetString()} {line.GetProperty("source").GetInt64()}/{line.GetProperty("here").GetInt64()}"));
}
