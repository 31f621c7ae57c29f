function [J, grad] = costFunction(theta, X, y, lambda)
% COSTFUNCTION  J of regularised logistic regression, and its gradient.
%   theta  n x 1, the bias first; the bias is not penalised
%   X      m x n, its first column ones
%   y      m x 1, 0 or 1
  m = length(y);
  z = X * theta;
  h = sigmoid(z);
  weights = [0; theta(2:end)];

  % -y log(h) - (1 - y) log(1 - h), written so that it stays finite where h is 0 or 1
  costs = max(z, 0) - y .* z + log1p(exp(-abs(z)));
  J = sum(costs) / m + lambda / (2 * m) * (weights' * weights);
  grad = X' * (h - y) / m + lambda / m * weights;
end
