using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.OpenInference;

/// <summary>What can be wrong with a column that comes as a tensor.</summary>
internal static class ColumnErrors
{
    private const string Form = "Send {\"inputs\":[{\"name\":…,\"datatype\":…,\"shape\":[rows],\"data\":[…]},…]}, an input for each column.";

    public static InvalidInputException Body(string fault) => new($"{fault} {Form}");

    public static InvalidInputException Type(ModelInput input, TensorType type) => new(
        $"Column '{input.Name}' came as {TensorTypes.NameOf(type)}, and the model takes {Wanted(input)} there.", column: input.Name);

    public static InvalidInputException UnknownType(ReadOnlySpan<byte> name, string column) => new(
        $"Column '{column}': there is no datatype '{InputErrors.Cut(name)}'. Send {Numbers}, or BYTES for texts.", column: column);

    public static InvalidInputException Shape(string column, scoped in OpenShape shape, int columns) => new(
        $"Column '{column}' has the shape {shape}. Send [rows] or [rows,1]{(columns > 1 ? $", or all {columns} columns, when all are numbers, as one input of the shape [rows,{columns}]" : "")}.",
        column: column);

    public static InvalidInputException NotAllNumbers(string column, ModelInput text) => new(
        $"Input '{column}' holds all columns, but column '{text.Name}' takes texts. Send each column as an input of its own.", column: text.Name);

    public static InvalidInputException Rows(string column, int rows, int wanted) => new(
        $"Column '{column}' has {rows} rows, and what came before has {wanted}. Send the same rows in each.", column: column);

    public static InvalidInputException Count(string column, long values, int wanted) => new(
        $"Column '{column}' has {(values > wanted ? "more values than" : $"{values} values instead of")} the {wanted} of its shape.", column: column);

    public static InvalidInputException Bytes(string column, long bytes, TensorType type, int values) => new(
        $"Column '{column}' has {bytes} bytes, and {values} values of {TensorTypes.NameOf(type)} have {(long)values * TensorTypes.SizeOf(type)}.", column: column);

    public static InvalidInputException TooShort(string column, long rows) => new(
        $"Column '{column}': the shape says {rows} rows, for which the body is too short. Send as many values as the shape says.", column: column);

    public static InvalidInputException Uneven(string column) => new(
        $"Column '{column}': the arrays are nested unlike the shape. Send the values flat, or nested just as the shape says.", column: column);

    public static InvalidInputException NoName() => Body("An input has no name.");

    public static InvalidInputException Lacks(string column, string what) => new(
        $"Column '{column}' has no {what}. Send name, datatype, shape and data with each input.", column: column);

    public static InvalidInputException NotOfType(ModelInput input, TensorType type, ReadOnlySpan<byte> sent, int row) => new(
        $"Row {row}, column '{input.Name}': {InputErrors.Cut(sent)} is no {TensorTypes.NameOf(type)}. Name the datatype that the values have.", row, input.Name);

    public static InvalidInputException Output(string name, string output) => new(
        $"The model has no output '{InputErrors.Cut(System.Text.Encoding.UTF8.GetBytes(name))}'. Its output is '{output}'.", column: InputErrors.Cut(System.Text.Encoding.UTF8.GetBytes(name)));

    private const string Numbers = "FP32, FP64, FP16, INT8 to INT64, UINT8 to UINT64 or BOOL for numbers";

    private static string Wanted(ModelInput input) => input.Type == InputType.Category ? "texts (BYTES)" : $"a number ({Numbers[..^12]})";
}
