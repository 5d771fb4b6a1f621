using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Inference.Tensors;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Sinks;
using Assay.Serving.PredictionLog.Spill;
using Assay.Tests.Inference.Onnx;
using Assay.Tests.Tracking.Mlflow;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.PredictionLog;

/// <summary>What the log keeps of inputs that are tensors.</summary>
public sealed class TensorLogTests(MlflowServer fixture) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Small_tensors_stand_in_calls_and_files_and_masked_ones_do_not()
    {
        await MlflowPackages.Register(Server, "kept", ("model.onnx", OperatorModels.All["add"].Graph));
        await Deploy(Server, "churn", "1", "kept");
        const string Body = """{"inputs":{"a":[[1,2,3],[4,5,6]],"b":[[1,1,1],[0.5,0,0]]}}""";
        await LogHost.Call(Server.Admin, Body);
        var kept = Assert.Single(await LogHost.Last(Server, 1)).Inputs!.Value.GetRawText();
        Assert.Equal("""[{"name":"a","datatype":"FP32","shape":[2,3],"data":[1,2,3,4,5,6]},{"name":"b","datatype":"FP32","shape":[2,3],"data":[1,1,1,0.5,0,0]}]""", kept);
        var file = await LogHost.Download(Server.Admin, (await LogHost.Files(Server))[0].Id);
        Assert.Equal(kept, LogHost.Ask(file, "SELECT inputs FROM $file")[0][0]);
        Assert.Equal(kept, (await LogHost.List(Server.Admin)).Items[0].Inputs!.Value.GetRawText());

        using (var misspelt = await Server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { leaveOut = new[] { "c" } }, Cancel))
            Assert.Contains("The model has no input 'c'.", await misspelt.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        (await Server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { leaveOut = new[] { "a" }, hash = new[] { "b" } }, Cancel)).EnsureSuccessStatusCode();
        await LogHost.Call(Server.Admin, Body);
        await LogHost.Call(Server.Admin, Body);
        var masked = (await LogHost.Last(Server, 3)).Take(2).Select(call => call.Inputs!.Value).ToList();
        Assert.Equal(["name", "datatype", "shape", "hash"], Assert.Single(masked[0].EnumerateArray().ToList()).EnumerateObject().Select(field => field.Name));
        Assert.Equal(masked[0].GetRawText(), masked[1].GetRawText());
    }

    [Fact]
    public void Of_large_tensors_shape_and_digest_are_kept_and_of_a_masked_column_no_digest()
    {
        var large = OperatorModels.Floats("x", [100, 3], [.. Enumerable.Range(0, 300).Select(i => (float)i)]);
        Assert.Equal($$"""[{"name":"x","datatype":"FP32","shape":[100,3],"digest":"sha256:{{Convert.ToHexStringLower(SHA256.HashData(large.Bytes.Span))}}"}]""", Text(new([], [], Key), null, large));
        Assert.Equal("""[{"name":"x","datatype":"FP32","shape":[100,3]}]""", Text(new(["b"], [], Key), ["a", "b", "c"], large));
        var small = OperatorModels.Floats("x", [2, 3], 1, 2, 3, 4, 5, 6);
        var masked = JsonElement.Parse(Text(new(["b"], ["c"], Key), ["a", "b", "c"], small)!)[0].GetProperty("data").EnumerateArray().ToList();
        Assert.Equal([JsonValueKind.Number, JsonValueKind.Null, JsonValueKind.String], masked.Take(3).Select(each => each.ValueKind));
        Assert.NotEqual(masked[2].GetString(), masked[5].GetString());
        Assert.Equal("""[{"name":"w","datatype":"BYTES","shape":[2],"data":["größer",""]}]""", Text(new([], [], Key), null, OperatorModels.Words("w", [2], "größer", ""))!.Replace("\\u00F6\\u00DF", "öß", StringComparison.Ordinal));
    }

    [Fact]
    public void What_comes_after_sixteen_kibibytes_has_digests_and_nothing_is_held_past_sixteen_mebibytes()
    {
        var wide = Enumerable.Range(0, 30).Select(i => OperatorModels.Floats($"x{i}", [256], [.. Enumerable.Range(0, 256).Select(at => at / 7f)])).ToArray();
        var text = Text(new([], [], Key), null, wide)!;
        Assert.InRange(text.Length, TensorMask.TextBytesMax, 2 * TensorMask.TextBytesMax);
        Assert.Contains("digest", text, StringComparison.Ordinal);

        var call = new LoggedCall();
        call.Take([new("huge", TensorType.UInt8, [TensorMask.DigestedBytesMax + 1], new byte[TensorMask.DigestedBytesMax + 1])], null);
        Assert.InRange(call.SizeBytes, 0, 1000);
        Assert.Equal($$"""[{"name":"huge","datatype":"UINT8","shape":[{{TensorMask.DigestedBytesMax + 1}}]}]""", new TensorMask([], [], Key).Text(call));
    }

    [Fact]
    public void Events_have_them_too()
    {
        var call = new LoggedCall { Project = "default", Endpoint = "churn", Id = "1" };
        call.Take([OperatorModels.Floats("x", [1, 2], 1, 2)], null);
        var told = PredictionEvent.Request(call, new ColumnMask(null, [], [], Key));
        Assert.Equal("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""", Encoding.UTF8.GetString(told.Data));
    }

    private static byte[] Key { get; } = new byte[32];

    private static string? Text(TensorMask mask, IReadOnlyList<string>? columns, params NamedTensor[] inputs)
    {
        var call = new LoggedCall();
        call.Take(inputs, columns);
        return mask.Text(call);
    }
}
