using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using Assay.Kernel;
using Assay.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Assay.Tests.Pipelines;

/// <summary>What tests of trainings do over and over.</summary>
internal static class TrainingWork
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The command line's program, which carries out the steps; built with the solution, beside these tests.</summary>
    public static string Program
    {
        get
        {
            var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Assay.Cli.dll"));
            Assert.SkipUnless(File.Exists(path), $"The command line is not built: {path}");
            return path;
        }
    }

    /// <summary>A server whose steps are real child processes.</summary>
    public static void WithRealSteps(WebApplicationBuilder builder) => Command(builder, Dotnet, Program);

    /// <summary>A server whose steps wait until the file is there, and then do their work.</summary>
    public static Action<WebApplicationBuilder> WithStepsThatWaitFor(string file) => builder =>
        Command(builder, "/bin/sh", "-c", $"while [ ! -e {file} ]; do sleep 0.1; done; exec {Dotnet} {Program} \"$@\"", "step");

    /// <summary>A server whose steps never end by themselves.</summary>
    public static void WithEndlessSteps(WebApplicationBuilder builder) => Command(builder, "/bin/sh", "-c", "echo $$ > ../pid; sleep 600");

    public static async Task Upload(this HttpClient client, string path, byte[] csv)
    {
        using var body = new ByteArrayContent(csv);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var answer = await client.PostAsync($"{path}/versions?format=csv", body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public static async Task<TrainingSummary> Train(this HttpClient client, string prefix, NewTraining training)
    {
        var answer = await client.PostAsJsonAsync($"{prefix}/api/v1/trainings", training, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<TrainingSummary>(AssayJson.Options, Cancel))!;
    }

    /// <summary>The training once it stands there.</summary>
    public static async Task<TrainingSummary> Await(this HttpClient client, string prefix, string id, params TrainingStatus[] wanted)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var training = (await client.GetFromJsonAsync<TrainingSummary>($"{prefix}/api/v1/trainings/{id}", AssayJson.Options, Cancel))!;
            if (wanted.Contains(training.Status))
                return training;
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromMinutes(4), $"Still {training.Status}: {training.Stage} {training.Percent} %");
            await Task.Delay(100, Cancel);
        }
    }

    public static Task<TrainingSummary> AwaitEnd(this HttpClient client, string prefix, string id) =>
        client.Await(prefix, id, TrainingStatus.Succeeded, TrainingStatus.Failed);

    private static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    private static void Command(WebApplicationBuilder builder, params string[] command) =>
        builder.Configuration.AddInMemoryCollection(command.Select((part, index) =>
            KeyValuePair.Create($"Steps:Command:{index.ToString(CultureInfo.InvariantCulture)}", (string?)part)));
}
