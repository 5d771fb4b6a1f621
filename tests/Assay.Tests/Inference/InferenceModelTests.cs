using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.InferenceBench;

namespace Assay.Tests.Inference;

public sealed class InferenceModelTests
{
    [Fact]
    public void A_prediction_is_what_the_formula_says()
    {
        using var model = TinyModel.Load();
        var predictions = Predict(model, """[[30,500,"plus"],[64,null,null],[18,0,"größer"]]""");
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), predictions[0], 1e-6);
        Assert.Equal(TinyModel.Expect(64, null, null), predictions[1], 1e-6);
        Assert.Equal(TinyModel.Expect(18, 0, "größer"), predictions[2], 1e-6);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(2500)]
    public void A_batch_gives_bit_for_bit_what_its_rows_give_one_by_one(int count)
    {
        using var model = TinyModel.Load();
        var random = new Random(count);
        string[] rows = [.. Enumerable.Range(0, count).Select(_ => RandomRow(random))];
        var batch = Predict(model, $"[{string.Join(',', rows)}]");
        float[] single = [.. rows.Select(row => Predict(model, $"[{row}]")[0])];
        Assert.Equal(single.Select(BitConverter.SingleToInt32Bits), batch.Select(BitConverter.SingleToInt32Bits));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_gives_bit_for_bit_what_its_rows_give_with_graphs_of_the_exporters_form(bool trees)
    {
        var wide = new WideModel(numbers: 13, categories: 5, trees);
        using var model = InferenceModel.Load(wide.File);
        using var document = JsonDocument.Parse(wide.Body(rows: 1300, seed: 4));
        var batch = Predict(model, document.RootElement.GetRawText());
        float[] single = [.. document.RootElement.EnumerateArray().Select(row => Predict(model, $"[{row.GetRawText()}]")[0])];
        Assert.Equal(single.Select(BitConverter.SingleToInt32Bits), batch.Select(BitConverter.SingleToInt32Bits));
        Assert.True(batch.Distinct().Count() > 500, "The model says the same for all rows, so that nothing is proved.");
    }

    [Fact]
    public async Task Many_callers_at_a_time_each_get_their_own_answer()
    {
        using var model = TinyModel.Load();
        await Parallel.ForAsync(0, 400, async (i, _) =>
        {
            await Task.Yield();
            var random = new Random(i);
            string[] rows = [.. Enumerable.Range(0, 1 + i % 5).Select(_ => RandomRow(random))];
            var expected = rows.Select(row => Predict(model, $"[{row}]")[0]);
            Assert.Equal(expected, Predict(model, $"[{string.Join(',', rows)}]"));
        });
    }

    [Fact]
    public void Every_row_is_counted_once_over_the_bins_of_the_baseline()
    {
        using var model = TinyModel.Load();
        Predict(model, """[[18,null,"plus"],[77,3,"plus"],[77,2000,null]]""");
        var window = model.TakeWindow();

        Assert.Equal(3, window.Rows);
        Assert.Equal(1, window.Features[0].Counts[0]);
        Assert.Equal(2, window.Features[0].Counts[^1]);
        Assert.Equal(1, window.Features[1].Missing);
        var plus = model.Baseline.Features[2].Categories!.ToList().IndexOf("plus");
        Assert.Equal((2, 1), (window.Features[2].Counts[plus], window.Features[2].Missing));
        Assert.Equal(3, window.Score.Rows);
        Assert.Equal(0, model.TakeWindow().Rows);
    }

    [Fact]
    public void Rows_of_many_callers_are_each_counted_once_while_windows_are_taken()
    {
        using var model = TinyModel.Load();
        var windows = new ConcurrentBag<ModelWindow>();
        Parallel.For(0, 2000, call =>
        {
            Predict(model, call % 7 == 0 ? """[[18,null,"plus"],[77,3,null]]""" : """[[18,5,"plus"]]""");
            if (call % 100 == 0)
                windows.Add(model.TakeWindow());
        });
        windows.Add(model.TakeWindow());

        const int Twos = 286;   // calls whose number 7 divides
        Assert.Equal(2000 + Twos, windows.Sum(window => window.Rows));
        Assert.Equal(2000, windows.Sum(window => window.Features[0].Counts[0]));
        Assert.Equal(Twos, windows.Sum(window => window.Features[0].Counts[^1]));
        Assert.Equal((Twos, Twos), (windows.Sum(window => window.Features[1].Missing), windows.Sum(window => window.Features[2].Missing)));
        Assert.Equal<(double?, double?)>((5, 3), (windows.Max(window => window.Features[1].Max), windows.Min(window => window.Features[1].Min)));
        Assert.Equal(2000 + Twos, windows.Sum(window => window.Score.Rows));
    }

    [Theory]
    [InlineData(PackageFiles.Model, "model.onnx is not a graph")]
    [InlineData(PackageFiles.Schema, "schema.json of the package can't be read")]
    [InlineData(PackageFiles.Baseline, "baseline.json of the package can't be read")]
    public void A_package_with_a_damaged_file_is_refused_by_the_files_name(string file, string says)
    {
        var files = TinyModel.Files();
        files[file] = [1, 2, 3];
        var problem = Assert.Throws<InvalidModelException>(() => InferenceModel.Load(name => files[name]));
        Assert.StartsWith(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_that_contradicts_the_schema_is_refused()
    {
        var files = TinyModel.Files();
        files[PackageFiles.Schema] = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(files[PackageFiles.Schema]).Replace("\"probability\"", "\"prediction\"", StringComparison.Ordinal));
        var problem = Assert.Throws<InvalidModelException>(() => InferenceModel.Load(name => files[name]));
        Assert.Equal("model.onnx has no Float output 'prediction', which schema.json names.", problem.Message);
    }

    [Fact]
    public void A_model_that_was_exchanged_is_freed_after_its_last_request_and_not_before()
    {
        var slot = new ModelSlot();
        ServedModel? left = null;
        slot.Exchange(TinyModel.Load());
        var held = slot.Acquire()!;
        slot.Exchange(TinyModel.Load(bias: 0), former => left = former);

        Assert.Null(left);
        Assert.Single(Predict((InferenceModel)held.Model, """[[1,1,"plus"]]"""));
        held.Dispose();
        Assert.Same(held.Model, left);
        Assert.Throws<ObjectDisposedException>(() => Predict((InferenceModel)held.Model, """[[1,1,"plus"]]"""));
        using (var next = slot.Acquire())
            Assert.NotSame(held.Model, next!.Model);
        slot.Exchange(null);
        Assert.Null(slot.Acquire());
    }

    internal static string RandomRow(Random random)
    {
        var balance = random.Next(5) == 0 ? "null" : (random.NextDouble() * 3000).ToString("R");
        var plan = random.Next(5) == 0 ? "null" : $"\"{TinyModel.Plans[random.Next(3)]}\"";
        return $"[{random.Next(18, 80)},{balance},{plan}]";
    }

    internal static float[] Predict(InferenceModel model, string body)
    {
        using PredictionRows rows = model.Read(Encoding.UTF8.GetBytes(body));
        return model.Predict(rows);
    }
}
