using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Inference.Counts;
using Assay.Inference.Predictions;
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
    public void Where_columns_are_masked_nothing_is_kept_of_tensors_that_are_not_as_the_model_takes_them()
    {
        string[] columns = ["ssn", "age", "plan"];
        foreach (var shape in (long[][])[[1, 6], [6], [1, 2, 3], [2, 3, 1]])
        {
            var wrong = OperatorModels.Floats("x", shape, 222222, 30, 1, 222222, 30, 1);
            Assert.Equal($$"""[{"name":"x","datatype":"FP32","shape":[{{string.Join(',', shape)}}]}]""", Text(new(["ssn"], [], Key), columns, wrong));
        }

        var right = OperatorModels.Floats("x", [1, 3], 222222, 30, 1);
        var more = OperatorModels.Floats("z", [1], 333333);
        Assert.Equal("""[{"name":"x","datatype":"FP32","shape":[1,3],"data":[null,30,1]}]""", Text(new(["ssn"], [], Key), columns, right));
        Assert.Equal("""[{"name":"x","datatype":"FP32","shape":[1,3]},{"name":"\u2026","datatype":"FP32","shape":[1]}]""", Text(new(["ssn"], [], Key), columns, right, more));
        Assert.Equal("""[{"name":"x","datatype":"FP32","shape":[1,3]},{"name":"x","datatype":"FP32","shape":[1,3]}]""", Text(new(["ssn"], [], Key), columns, right, right));
        Assert.Equal("""[{"name":"\u2026","datatype":"FP32","shape":[1,3]}]""", Text(new(["ssn"], [], Key), columns, OperatorModels.Floats("222222", [1, 3], 222222, 30, 1)));
        var large = OperatorModels.Floats("x", [300, 1], new float[300]);
        Assert.DoesNotContain("digest", Text(new(["ssn"], [], Key), columns, large), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_this_version_does_not_have_may_be_anywhere_in_an_input_without_names_for_its_columns()
    {
        var input = OperatorModels.Floats("x", [1, 3], 222222, 30, 1);
        Assert.Equal("""[{"name":"x","datatype":"FP32","shape":[1,3]}]""", Text(new(["ssn"], [], Key), null, input));
        Assert.Equal("""[{"name":"x","datatype":"FP32","shape":[1,3],"data":[222222,30,1]}]""", Text(new(["ssn"], [], Key), ["mass", "age", "plan"], input));
    }

    [Theory]
    [InlineData("""{"inputs":{"ssn":[111111111],"age":[30]}}""", """[{"name":"age","datatype":"FP64","shape":[1],"data":[30]}]""")]
    [InlineData("""{"instances":[{"ssn":111111111,"age":30}]}""", """[{"name":"age","datatype":"FP64","shape":[1],"data":[30]}]""")]
    [InlineData("""{"instances":[[111111111,30]]}""", """[{"name":"\u2026","datatype":"FP64","shape":[1,2]}]""")]
    [InlineData("[[111111111,30]]", """[{"name":"\u2026","datatype":"FP64","shape":[1,2]}]""")]
    [InlineData("""{"inputs":{"SSN":[111111111],"age":[30]}}""", """[{"name":"\u2026","datatype":"FP64","shape":[1]},{"name":"age","datatype":"FP64","shape":[1]}]""")]
    [InlineData("""{"inputs":{"age":[[111111111,30]]}}""", """[{"name":"age","datatype":"FP64","shape":[1,2]}]""")]
    [InlineData("""{"inputs":[{"name":"ssn","datatype":"FP64","shape":[1],"data":[111111111]}]}""", null)]
    public void Of_a_body_that_was_passed_on_unread_nothing_is_kept_that_the_signature_does_not_place(string body, string? kept)
    {
        TensorSpec[] specs = [new("ssn", "FP64", [-1]), new("age", "FP64", [-1])];
        var call = new LoggedCall { Signature = new(specs, []) };
        call.Take(() => PassedTensors.Read(Encoding.UTF8.GetBytes(body), specs, "inputs"), body.Length);
        var text = new TensorMask(["ssn"], [], Key).Text(call)!;
        Assert.DoesNotContain("111111111", text, StringComparison.Ordinal);
        if (kept is not null)
            Assert.Equal(kept, text);
    }

    [Fact]
    public async Task What_a_call_was_refused_for_is_kept_by_its_place_where_anything_is_masked()
    {
        await using var server = await TestServer.Start();   // whose only calls these are
        await MlflowPackages.Register(server, "told", ("model.onnx", OperatorModels.All["add"].Graph));
        await Deploy(server, "churn", "1", "told");
        (await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { leaveOut = new[] { "a" } }, Cancel)).EnsureSuccessStatusCode();
        await LogHost.Call(server.Admin, """{"inputs":{"a":[[1e99,2,3]],"b":[[1,1,1]]}}""", "out-of-range");
        await LogHost.Call(server.Admin, """{"inputs":{"222222":[[1,2,3]],"b":[[1,1,1]]}}""", "unknown");
        var problems = (await LogHost.Last(server, 2)).Select(call => call.Problem);
        Assert.Equal(
            ["Refused. What the caller was told is not kept, for it may quote values of inputs.", "Refused at row 1, column 'a'. What the caller was told is not kept, for it may quote values of inputs."],
            problems);
    }

    [Fact]
    public void Events_tell_no_more_of_a_problem_than_the_log_keeps()
    {
        var call = new LoggedCall { Outcome = PredictOutcome.Invalid, Problem = new(400, "invalid", "Row 1, column 'age': 222222 is too large.") { Row = 1, Column = "age" } };
        Assert.Equal("""{"error":"Row 1, column \u0027age\u0027: 222222 is too large."}""", Encoding.UTF8.GetString(PredictionEvent.Response(call, new(null, [], [], Key)).Data));
        Assert.StartsWith("{\"error\":\"Refused at row 1.", Encoding.UTF8.GetString(PredictionEvent.Response(call, new(null, ["ssn"], [], Key)).Data), StringComparison.Ordinal);
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
        var call = new LoggedCall { Signature = new([new("x", "FP32", [-1, 3])], []) };
        call.Take(inputs, columns);
        return mask.Text(call);
    }
}
