using System.Text;
using Assay.Inference.Requests;

namespace Assay.Tests.Inference;

public sealed class RequestReaderTests
{
    private readonly RequestReader _reader = new(TinyModel.Schema);

    [Theory]
    [InlineData("""[[30,12.5,"plus"]]""")]
    [InlineData("""{"dataframe_split":{"columns":["age","balance","plan"],"data":[[30,12.5,"plus"]]}}""")]
    [InlineData("""{"dataframe_split":{"columns":["plan","age","balance"],"index":[7],"data":[["plus",30,12.5]]}}""")]
    [InlineData("""{"dataframe_split":{"data":[["plus",30,12.5]],"columns":["plan","age","balance"]},"params":{}}""")]
    [InlineData("""{"dataframe_records":[{"plan":"plus","balance":1.25e1,"age":30.0}]}""")]
    [InlineData("""{ "params" : null , "dataframe_records" : [ { "pl\u0061n" : "pl\u0075s", "balance":12.5, "age":30 } ] }""")]
    [InlineData("""[{"plan":"plus","balance":12.5,"age":30}]""")]
    [InlineData("""{"age":30,"balance":12.5,"plan":"plus"}""")]
    [InlineData(""" { "pl\u0061n" : "plus", "age":30, "balance":12.5 } """)]
    [InlineData("\uFEFF [[3e1,12.5,\"plus\"]]\r\n")]
    [InlineData("""{"signature_name":"serving_default","instances":[[30,12.5,"plus"]]}""")]
    [InlineData("""{"inputs":{"age":[30],"balance":[12.5],"plan":["plus"]},"signature_name":null}""")]
    public void All_forms_of_a_row_mean_the_same(string body)
    {
        Assert.Equal([30f, 12.5f, 2f], Cells(body));
    }

    [Fact]
    public void Truth_values_are_one_and_zero_and_missing_values_are_kept_apart()
    {
        Assert.Equal([1f, float.NaN, PredictionRows.MissingCategory, 0f, 0f, 1f], Cells("""[[true,null,null],[false,-0,"größer"]]"""));
        Assert.Equal(PredictionRows.MissingCategory, Cells("""[[1,2,""]]""")[2]);
    }

    [Theory]
    [InlineData("""[[30,1,"gold"]]""", 1, "plan", "Row 1, column 'plan': the model doesn't know the value \"gold\". It knows 'basic', 'größer', 'plus'.")]
    [InlineData("""[[30,1,"basic"],["old",1,"basic"]]""", 2, "age", "Row 2, column 'age': expected a number, got the text \"old\". Write numbers without quotes.")]
    [InlineData("""[[30,1,7]]""", 1, "plan", "Row 1, column 'plan': expected one of 'basic', 'größer', 'plus', got 7. Write it in quotes.")]
    [InlineData("""[[null,1,"basic"]]""", 1, "age", "Row 1, column 'age': null is not allowed, because the training data had no missing value here. Send a number.")]
    [InlineData("""[[30,1]]""", 1, "plan", "Row 1 has 2 values instead of 3: there is none for column 'plan'. The order is 'age', 'balance', 'plan'.")]
    [InlineData("""[[30,1,"plus",4,[5]]]""", 1, "plan", "Row 1 has 5 values instead of 3: column 'plan' is the last one. The order is 'age', 'balance', 'plan'.")]
    [InlineData("""[[[30],1,"plus"]]""", 1, "age", "Row 1, column 'age': expected a number, got an array. Send one plain value per column.")]
    [InlineData("""[[1e39,1,"plus"]]""", 1, "age", "Row 1, column 'age': 1e39 is too large. Send a number between -3.4e38 and 3.4e38.")]
    [InlineData("""[[NaN,1,"plus"]]""", 1, "age", "Row 1, column 'age': NaN is not JSON. Send a number: there is no null here, because the training data had no missing value.")]
    [InlineData("""[[30,-1e999,"plus"]]""", 1, "balance", "Row 1, column 'balance': -1e999 is too large. Send a number between -3.4e38 and 3.4e38, or null if it is not known.")]
    [InlineData("""[[30,NaN,"plus"]]""", 1, "balance", "Row 1, column 'balance': NaN is not JSON. Send null for a missing value.")]
    [InlineData("""[[30,1,"plus"],[1, -Infinity ,"plus"]]""", 2, "balance", "Row 2, column 'balance': -Infinity is not JSON. Send null for a missing value.")]
    [InlineData("""{"inputs":{"age":[1,2],"balance":[NaN,79.5],"plan":["plus","plus"]}}""", 1, "balance", "Row 1, column 'balance': NaN is not JSON. Send null for a missing value.")]
    [InlineData("""{"inputs":{"age":[1,2],"balance":[79.5,Infinity],"plan":["plus","plus"]}}""", 2, "balance", "Row 2, column 'balance': Infinity is not JSON. Send null for a missing value.")]
    [InlineData("""{"inputs":{"age":[1,2],"balance":[1,2],"plan":[plus,"plus"]}}""", 1, "plan", "Row 1, column 'plan': the body is not valid JSON at line 1, byte 48.")]
    [InlineData("""[30,1,"plus"]""", 1, null, "A row must be an array, and the body has a number in its place. Put even a single row into brackets of its own: [[…]].")]
    [InlineData("""{"dataframe_split":{"columns":["age","plan"],"data":[]}}""", null, "balance", "Column 'balance' is missing. Send null where its value is not known.")]
    [InlineData("""{"dataframe_split":{"columns":["age","balance","plan","x"],"data":[]}}""", null, "x", "The model has no column 'x'. Leave it out; the columns are 'age', 'balance', 'plan'.")]
    [InlineData("""{"dataframe_split":{"columns":["age","age"],"data":[]}}""", null, "age", "Column 'age' is there twice. Send it once.")]
    [InlineData("""{"dataframe_split":{"columns":["age","plan","balance"],"data":[[1,"plus"]]}}""", 1, null, "Row 1 has 2 values, but dataframe_split.columns names 3. Send one value per named column.")]
    [InlineData("""{"dataframe_records":[{"age":1,"balance":1,"plan":"plus"},{"balance":1,"plan":"plus"}]}""", 2, "age", "Row 2: column 'age' is missing. The model needs it.")]
    [InlineData("""{"dataframe_records":[{"age":1,"age":2,"balance":1,"plan":"plus"}]}""", 1, "age", "Row 1: column 'age' is there twice. Send it once.")]
    [InlineData("""{"dataframe_records":[{"AGE":1}]}""", 1, "AGE", "Row 1: the model has no column 'AGE'. Leave it out; the columns are 'age', 'balance', 'plan'.")]
    [InlineData("""{"dataframe_records":[[1]]}""", 1, null, "Row 1 is an array. Send each row as an object: {\"column\":value,…}.")]
    [InlineData("""[{"age":30,"balance":1,"plan":"plus"},[30,1,"plus"]]""", 2, null, "Row 2 is an array. Send each row as an object: {\"column\":value,…}.")]
    [InlineData("""[[30,1,"plus"],{"age":30,"balance":1,"plan":"plus"}]""", 2, null, "Row 2 is an object. Send each row as an array of its own: [[…],[…]].")]
    [InlineData("""{"age":30,"plan":"plus"}""", 1, "balance", "Row 1: column 'balance' is missing. Send null where its value is not known.")]
    [InlineData("""{"age":30,"balance":1,"plan":"plus","params":{}}""", 1, "params", "Row 1: the model has no column 'params'. Leave it out; the columns are 'age', 'balance', 'plan'.")]
    [InlineData("""{"age":30,"balance":1,"plan":"plus"}]""", null, null, "The body is not valid JSON at line 1, byte 37.")]
    [InlineData("""[[30,1,"\ud800"]]""", 1, "plan", "Row 1, column 'plan': the text is not valid Unicode. Send the body as UTF-8.")]
    [InlineData("""{"signature_name":"classify","instances":[[30,1,"plus"]]}""", null, null, "The model has no signature 'classify'. Its only one is 'serving_default': send that, or leave signature_name out.")]
    [InlineData("[]", null, null, "The body has no rows. Send at least one.")]
    [InlineData("""[[30,1,"plus"]""", null, null, "The body is not valid JSON at line 1, byte 15.")]
    [InlineData("""[[30,1,"plus"]] x""", null, null, "The body is not valid JSON at line 1, byte 17.")]
    public void A_wrong_request_is_told_where_it_is_wrong_and_what_to_do(string body, int? row, string? column, string message)
    {
        var problem = Assert.Throws<InvalidInputException>(() => Cells(body));
        Assert.Equal((message, row, column), (problem.Message, problem.Row, problem.Column));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"rows":[[1,2,"plus"]]}""")]
    [InlineData("""{"years":30,"balance":1,"plan":"plus"}""")]
    [InlineData("""{"params":{},"age":30,"balance":1,"plan":"plus"}""")]
    [InlineData("""{"dataframe_split":[]}""")]
    [InlineData("""{"dataframe_split":{"columns":["age","balance","plan"]}}""")]
    [InlineData("""{"dataframe_split":{"data":[]}}""")]
    [InlineData("""{"dataframe_records":[],"dataframe_split":{"columns":[],"data":[]}}""")]
    public void A_body_of_no_known_form_is_told_the_forms(string body)
    {
        Assert.Contains("dataframe_records", Assert.Throws<InvalidInputException>(() => Cells(body)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_value_is_shown_cut()
    {
        var problem = Assert.Throws<InvalidInputException>(() => Cells($"""[["{new string('é', 5000)}",1,"plus"]]"""));
        Assert.Contains($"\"{new string('é', 40)}…\"", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_rows_are_read_and_one_more_is_refused()
    {
        static string Body(int rows) => $"[{string.Join(',', Enumerable.Repeat("[1,2,\"plus\"]", rows))}]";
        using (var rows = _reader.Read(Encoding.UTF8.GetBytes(Body(InputLimits.RowsMax))))
            Assert.Equal(InputLimits.RowsMax, rows.Count);
        var problem = Assert.Throws<InvalidInputException>(() => Cells(Body(InputLimits.RowsMax + 1)));
        Assert.Equal("The body has more than 100,000 rows. Send them in several requests.", problem.Message);
    }

    private float[] Cells(string body)
    {
        using var rows = _reader.Read(Encoding.UTF8.GetBytes(body));
        return rows.Cells.ToArray();
    }
}
