using Assay.Inference.Batching;
using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference;

/// <summary>Calls of a program go together where its package promises that it answers row by row, and the promise is checked.</summary>
public sealed class ProgramBatchingTests
{
    private const int Waiting = 10;
    private static readonly TensorSpec X = new("x", "FP32", [-1, 1]);

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _asked = [];   // numbers in each call of the program
    private int _stopped;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_that_wait_are_asked_together_and_one_of_them_is_checked()
    {
        var batcher = Batcher(Doubled);
        var answers = await Ask(batcher);
        for (var call = 0; call < answers.Count; call++)
            Assert.Equal([call * 2], Values(await answers[call]));
        Assert.Equal([1, 1, Waiting, 1], _asked);
        Assert.True(batcher.IsOn);
    }

    [Fact]
    public async Task Calls_of_other_sizes_are_passed_by_and_those_whose_callers_left_are_not_asked()
    {
        var batcher = Batcher(Doubled);
        using var leaving = new CancellationTokenSource();
        var answers = new List<Task<AnsweredTensors>>();
        for (var call = 0; call < 2 + Waiting; call++)
        {
            var width = call % 3 == 2 ? 2 : 1;   // of two widths, which can't go together
            var token = call == 5 ? leaving.Token : Cancel;
            answers.Add(batcher.Infer(batcher.Fitting([OperatorModels.Floats("x", [1, width], [.. Enumerable.Repeat((float)call, width)])], [], token)!).AsTask());
        }

        await leaving.CancelAsync();
        _gate.SetResult();
        await Task.WhenAll(answers.Where((_, call) => call != 5));
        await Assert.ThrowsAsync<TaskCanceledException>(() => answers[5]);
        Assert.Equal([1, 1, 1, 2, 6, 6], _asked.Order());   // two alone, then six of one number and three of two, of each one checked
    }

    [Fact]
    public async Task A_program_whose_rows_look_at_each_other_is_found_out_and_asked_call_by_call()
    {
        var batcher = Batcher(rows => [.. rows.Select(row => row + rows.Length)]);
        var answers = await Ask(batcher);
        for (var call = 0; call < answers.Count; call++)
            Assert.Equal([call + 1], Values(await answers[call]));
        Assert.Equal((false, 1), (batcher.IsOn, _stopped));
    }

    [Fact]
    public async Task A_program_that_answers_once_for_all_rows_is_asked_call_by_call()
    {
        var batcher = Batcher(rows => [rows.Sum()]);
        var answers = await Ask(batcher);
        for (var call = 0; call < answers.Count; call++)
            Assert.Equal([call], Values(await answers[call]));
        Assert.False(batcher.IsOn);
    }

    [Fact]
    public async Task What_the_program_refuses_is_one_callers_fault_alone()
    {
        var batcher = Batcher(rows => rows.Contains(5) ? throw new InvalidInputException("not 5") : Doubled(rows));
        var answers = await Ask(batcher);
        for (var call = 0; call < answers.Count; call++)
        {
            if (call == 5)
                await Assert.ThrowsAsync<InvalidInputException>(() => answers[5]);
            else
                Assert.Equal([call * 2], Values(await answers[call]));
        }

        Assert.True(batcher.IsOn);
    }

    [Fact]
    public async Task A_program_that_is_gone_is_not_asked_for_each()
    {
        var batcher = Batcher(rows => rows.Length > 1 ? throw new ModelUnavailableException("gone", TimeSpan.FromSeconds(1)) : Doubled(rows));
        var answers = await Ask(batcher);
        foreach (var waiting in answers.Skip(2))
            await Assert.ThrowsAsync<ModelUnavailableException>(() => waiting);
        Assert.Equal([1, 1, Waiting, 1], _asked);
    }

    [Theory]
    [InlineData("command: [a]\nmaxBatchSize: 1", "'maxBatchSize' in serve.yaml is '1'; it is a number of rows from 2 to 1024.")]
    [InlineData("command: [a]\nmaxBatchSize: many", "'maxBatchSize' in serve.yaml is 'many'; it is a number of rows from 2 to 1024.")]
    [InlineData("command: [a]\nmaxBatchSize: 8", "'maxBatchSize' in serve.yaml needs the model's inputs: name them under 'inputs'.")]
    [InlineData("command: [a]\nmaxBatchSize: 8\ninputs: [{name: x, datatype: FP32, shape: [1, 3]}]", "'maxBatchSize' in serve.yaml needs inputs of any number of rows, and the first size of 'x' is not -1.")]
    public void A_promise_that_can_t_be_kept_is_refused(string yaml, string sentence)
    {
        var problem = Assert.Throws<InvalidModelException>(() =>
        {
            var how = ServeFile.Of(new(["serve.yaml"], _ => System.Text.Encoding.UTF8.GetBytes(yaml)))!;
            ProgramBatcher.Of(how, how.Signature ?? new([], []), (_, _, _) => throw new InvalidOperationException("nobody asks"), () => { });
        });
        Assert.Equal(sentence, problem.Message);
    }

    [Fact]
    public void Beside_MLflows_description_nothing_else_need_be_said()
    {
        var files = new Dictionary<string, string>
        {
            ["serve.yaml"] = "maxBatchSize: 64",
            ["MLmodel"] = """
                flavors:
                  python_function: {loader_module: mlflow.sklearn}
                signature:
                  inputs: '[{"type": "double", "name": "age"}]'
                """,
        };
        var package = new ModelPackage(files.Keys, path => System.Text.Encoding.UTF8.GetBytes(files[path]));
        var how = ServeFile.Of(package)!;
        Assert.True(ModelLoader.StartsProgram(package));
        Assert.Equal((64, "age", ModelProtocol.Invocations), (how.BatchRowsMax, how.Signature!.Inputs.Single().Name, how.Protocol));
    }

    // Two calls hold the program's turns until the others wait behind them.
    private async Task<IReadOnlyList<Task<AnsweredTensors>>> Ask(TensorBatcher batcher)
    {
        List<Task<AnsweredTensors>> answers = [.. Enumerable.Range(0, 2 + Waiting).Select(call =>
            batcher.Infer(batcher.Fitting([OperatorModels.Floats("x", [1, 1], call)], [], Cancel)!).AsTask())];
        Assert.Equal([1, 1], _asked);
        _gate.SetResult();
        await Task.WhenAll(answers.Select(answer => answer.ContinueWith(_ => { }, TaskScheduler.Default)));
        return answers;
    }

    private ProgramBatcher Batcher(Func<float[], float[]> answer) => ProgramBatcher.Of(
        new ServeFile(["a"], null, ModelProtocol.Invocations, "model", null) { BatchRowsMax = 64 },
        new([X], []),
        async (inputs, outputs, _) =>
        {
            Assert.Null(outputs);
            var rows = Values(inputs);
            lock (_asked)
                _asked.Add(rows.Length);
            await _gate.Task;
            var values = answer(rows);
            return [OperatorModels.Floats("y", [values.Length / inputs[0].Shape[1], inputs[0].Shape[1]], values)];
        },
        () => _stopped++)!;

    private static float[] Doubled(float[] rows) => [.. rows.Select(row => row * 2)];

    private static float[] Values(AnsweredTensors answered) => Values(answered.Outputs);

    private static float[] Values(IReadOnlyList<NamedTensor> tensors) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensors[0].Bytes.Span).ToArray();
}
